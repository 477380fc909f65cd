"""The search for a joint time in words: on a parent's own page, and on the secretary's card."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.appointments.answers import has_not_begun
from bookings.desk_kit.labels import Tag
from bookings.joint_times.actions import marks_by_party, own_marks
from bookings.joint_times.forms import AskForm
from bookings.joint_times.guards import (
    BOTH,
    may_end,
    may_mark,
    may_offer_next,
    may_search,
    parents_of,
    search_of,
)
from bookings.lifecycle.phone_visits import may_be_called
from bookings.models import Appointment, JointSearch, Party
from office.core import dates

State, Why = JointSearch.State, JointSearch.Why


@dataclass(frozen=True)
class JointNotice:
    """What a parent's own page says of the search: nothing that depends on the other parent."""

    headline: str
    words: list[str]
    # To the page on which one marks; empty where that is over.
    button: str = ""
    is_first: bool = False


def notice_of(search: JointSearch | None, *, has_marked: bool) -> JointNotice | None:
    """Word the search for one parent; None where there is nothing to say."""
    if search is None or search.is_offered or search.why == Why.BLOCKED:
        return None
    if search.has_failed:
        return JointNotice(
            _("No time was found this way"),
            [_("We look for one in another way, and contact you.")],
        )
    due = {"when": dates.when(search.due_at, get_language())}
    if not may_mark(search):
        return JointNotice(
            _("We are looking for a time"), [_("We write to you as soon as we know more.")]
        )
    then = _("We look for a time on %(when)s and write to you then.") % due
    if has_marked:
        return JointNotice(
            _("You have told us when you can come"),
            [then, _("Until then you can change what you have marked.")],
            button=_("Change what I have marked"),
        )
    return JointNotice(
        _("When can you come?"),
        [
            _("Mark by %(when)s when you can come. It takes a minute.") % due,
            _("Nobody is shown what you mark. We then offer times that suit everybody who comes."),
        ],
        button=_("Mark when I can come"),
        is_first=True,
    )


def own_notice(party: Party, appointment: Appointment) -> JointNotice | None:
    """Return what the page of one parent, found by their link, says of the search."""
    is_searched = getattr(party, "is_searched", False)
    search = search_of(appointment) if is_searched and has_not_begun(appointment) else None
    if search is None or not party.rules.is_side or not may_search(appointment):
        return None
    return notice_of(search, has_marked=own_marks(search, party) is not None)


@dataclass(frozen=True)
class JointCard:
    """The search on the secretary's card. Nobody's marks are in it."""

    search: JointSearch | None
    tag: Tag | None
    words: list[str]
    # Whose marks may be entered now, as they say them on the phone; and whether they are on the line.
    on_phone: list[tuple[Party, bool]]
    form: AskForm | None
    may_end: bool
    may_offer_next: bool

    @property
    def is_shown(self) -> bool:
        return bool(self.search or self.form)


def joint_card(
    appointment: Appointment, *, on_the_line: int | None = None, form: AskForm | None = None
) -> JointCard:
    """Compose what the card shows of the search, and what may be done."""
    parents = parents_of(appointment)
    possible = may_search(appointment, parents)
    search = search_of(appointment) if appointment.is_before_visit else None
    may_ask = possible and (search is None or search.has_failed)
    marked = marks_by_party(search, parents) if search is not None else {}
    return JointCard(
        search=search,
        tag=search_tag(search, len(marked)) if search is not None else None,
        words=_words(search, [party for party in parents if party.pk not in marked]),
        on_phone=[
            (party, on_the_line == party.pk)
            for party in parents
            if on_the_line == party.pk or may_be_called(party)
        ]
        if possible and may_mark(search)
        else [],
        form=(form or AskForm(appointment=appointment)) if may_ask else None,
        may_end=may_end(search),
        may_offer_next=possible and may_offer_next(search),
    )


def search_tag(search: JointSearch, answered: int) -> Tag:
    """Return how the search stands, in a word or two: never who has answered."""
    if search.is_offered:
        return Tag(_("Common times offered"), "tag--wait", "clock")
    if search.has_failed:
        return Tag(str(Why(search.why).label).capitalize(), "tag--bad", "warning")
    if answered >= BOTH:
        return Tag(_("Both have answered"), "tag--good", "check")
    return Tag(_("Waiting for answers"), "tag--wait", "clock")


def _words(search: JointSearch | None, unanswered: Sequence[Party]) -> list[str]:
    if search is None or search.is_offered:
        return []
    if search.is_asked:
        when = dates.when(search.due_at, get_language())
        return [
            _("Common times are offered on %(when)s, whoever has answered when.") % {"when": when}
        ]
    same_for_both = _(
        "Both were told the same: that no time was found this way and that you go on."
    )
    if search.why == Why.UNANSWERED:
        names = ", ".join(party.name for party in unanswered)
        return [
            _("Not answered: %(names)s. Call them; the other one is not told.") % {"names": names},
            same_for_both,
        ]
    if search.why == Why.NO_TIME:
        return [_("Nothing that both have marked is free."), same_for_both]
    return []
