"""A referral in words: its tag, its history, what a partner or the person reads."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from bookings.desk_kit.labels import Tag
from office.core import clock
from referrals.hand_over.actions import may_answer, may_become, readable_until
from referrals.models import Disclosed, Referral, ReferralBy, ReferralEvent, ReferralState

TAGS = {
    ReferralState.SENT: ("tag--wait", "clock"),
    ReferralState.TAKEN: ("tag--good", "check"),
    ReferralState.NOT_OURS: ("tag--bad", "cross"),
    ReferralState.DONE: ("tag--good", "check"),
    ReferralState.WITHDRAWN: ("tag--quiet", "cross"),
    ReferralState.CLOSED: ("tag--quiet", "check"),
}


@dataclass(frozen=True)
class ReferralRow:
    """A referral in a list of staff. Nobody is named: the words are sealed."""

    referral: Referral
    tag: Tag
    fact: str


def row_of(referral: Referral, now: datetime) -> ReferralRow:
    state = ReferralState(referral.state)
    if referral.is_unanswered and referral.ends_at <= now:
        return ReferralRow(
            referral,
            Tag(_("no answer"), "tag--bad", "warning"),
            _("The partner opened it, but has not answered.")
            if referral.opened_at
            else _("The partner has not opened it."),
        )
    css, icon = TAGS[state]
    fact = _("Opened") if referral.is_unanswered and referral.opened_at else ""
    return ReferralRow(referral, Tag(str(state.label), css, icon), fact)


def rows_of(referrals: list[Referral]) -> list[ReferralRow]:
    now = clock.now()
    return [row_of(referral, now) for referral in referrals]


def disclosed_labels(referral: Referral) -> list[str]:
    """Name the kinds of information that the person has agreed to tell."""
    return [str(item.label) for item in Disclosed if item in referral.disclosed]


def who_did(event: ReferralEvent) -> str:
    """Say who did the step of a history, for staff."""
    if event.user is not None:
        return event.user.get_full_name() or event.user.get_username()
    return str(ReferralBy(event.by).label)


@dataclass(frozen=True)
class PartnerView:
    """What the page of a partner says and offers."""

    referral: Referral
    # Whether what was told can be opened now, and until when.
    may_open: bool
    until: datetime
    # The answers that can be given now, by their value.
    answers: list[tuple[str, str]]
    state: str


def partner_view(referral: Referral) -> PartnerView:
    until = readable_until(referral)
    offered = [
        ("taken", _("We take this on"), ReferralState.TAKEN),
        ("not-ours", _("Not ours"), ReferralState.NOT_OURS),
        ("done", pgettext("answer of a partner", "Done"), ReferralState.DONE),
    ]
    return PartnerView(
        referral=referral,
        may_open=referral.sealed is not None and until > clock.now(),
        until=until,
        answers=[
            (value, text)
            for value, text, state in offered
            if may_answer(referral) and may_become(referral, state)
        ],
        state="" if referral.is_unanswered else str(ANSWERED[ReferralState(referral.state)]),
    )


ANSWERED = {
    ReferralState.TAKEN: gettext_lazy("You have answered: we take this on."),
    ReferralState.NOT_OURS: gettext_lazy("You have answered: not ours."),
    ReferralState.DONE: gettext_lazy("You have answered: done."),
}
# Tone, headline and a sentence for the person, once it is answered or has ended.
OWN_HEADLINES = {
    ReferralState.WITHDRAWN: (
        "",
        gettext_lazy("You have taken your consent back"),
        gettext_lazy("The partner's link is closed."),
    ),
    ReferralState.CLOSED: (
        "",
        gettext_lazy("This has ended"),
        gettext_lazy("The partner's link is closed."),
    ),
    ReferralState.TAKEN: ("good", gettext_lazy("The partner takes this on"), ""),
    ReferralState.DONE: ("good", gettext_lazy("The partner says that this is done"), ""),
    ReferralState.NOT_OURS: (
        "wait",
        gettext_lazy("The partner says that this is not theirs"),
        gettext_lazy("Please call us."),
    ),
}


def own_headline(referral: Referral) -> tuple[str, str, str]:
    """Return tone, headline and a sentence for the person's own page."""
    if not referral.is_unanswered:
        tone, headline, sentence = OWN_HEADLINES[ReferralState(referral.state)]
        return tone, str(headline), str(sentence)
    if referral.ends_at <= clock.now():
        return "wait", _("The partner has not answered"), _("Please call us.")
    if referral.opened_at:
        return "", _("The partner has read what you told"), _("There is no answer yet.")
    return (
        "",
        _("The partner has not opened it yet"),
        _("Show them the slip, or give them the code."),
    )
