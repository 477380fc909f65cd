"""What the personal page says of an appointment: the same to both parents but for answer and channel.

Pure: no names, no matter, nothing that another party did.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.appointments.notified_parties import is_informed
from bookings.lifecycle.contact_consent import AGREED, REFUSED, answer_of
from bookings.lifecycle.decline_reasons import reason_label
from bookings.models import AddedSentence, Appointment, OtherParent, Party, Status
from office.core import dates
from office.models import Channel


@dataclass(frozen=True)
class VisitState:
    """The state of the appointment in plain words. `tone` is a notice's: good, wait, quiet."""

    key: str
    tone: str
    headline: str
    words: list[str] = field(default_factory=list)

    @property
    def icon(self) -> str:
        return {"good": "check", "wait": "clock"}.get(self.tone, "info")

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come of it."""
        return self.key in ("cancelled", "declined", "past", "late")


def visit_state(
    party: Party,
    appointment: Appointment,
    *,
    channel: str,
    now: datetime,
    is_asked: bool,
    is_shared: bool = False,
    is_moved: bool = False,
    offered_until: datetime | None = None,
    decline_reason: str = "",
    is_searched: bool = False,
) -> VisitState:
    """Word the state of the appointment for one party.

    `channel`: how the party takes part. `is_asked`: whether the page asks them if they will come.
    `is_shared`: by an invitation, which the other parent may open too: no answer is shown.
    `is_moved`: the party knew another time before. `offered_until`: until when the offered times are
    kept, None where there are none to choose from. `is_searched`: a time that suits both parents is
    looked for, of which the page says more.
    """
    status, starts, ends = appointment.status, appointment.starts_at, appointment.ends_at
    # For who does not take part any more it is over, whatever becomes of it.
    if appointment.is_cancelled or party.left_at is not None:
        return VisitState(
            "cancelled",
            "quiet",
            _("This appointment has been cancelled"),
            [_("You need not come."), _("You can ask for a new time whenever you wish.")],
        )
    if appointment.is_declined:
        return VisitState(
            "declined",
            "quiet",
            _("We cannot give this appointment"),
            [
                *([reason_label(decline_reason)] if decline_reason else []),
                _("If you are unsure what to do next, call us: we help you on."),
            ],
        )
    if appointment.is_over or (ends is not None and ends <= now):
        return _passed(status)
    has_begun = appointment.has_arrived or appointment.is_in_meeting
    if has_begun or (starts is not None and starts <= now):
        if appointment.is_agreed:
            return VisitState("under_way", "good", _("The appointment is going on now"))
        return _passed(status)
    if appointment.is_confirmed and offered_until is not None and not is_shared:
        return _offered(offered_until, has_time=True)
    if is_asked and not is_shared and party.has_declined:
        return VisitState(
            "refused",
            "wait",
            _("You have told us that you cannot come"),
            [
                _("We look at what to do next, and contact you if we need to."),
                _("If you can come after all, tell us below."),
            ],
        )
    if appointment.is_confirmed:
        accepted = party.has_accepted and not is_shared
        return _confirmed(
            channel, appointment.channel, is_asked, accepted=accepted, is_moved=is_moved
        )
    if appointment.is_offered:
        return _offered(offered_until)
    if is_searched:
        return VisitState("searched", "wait", _("No time is agreed yet"))
    return _requested(appointment, now)


def _passed(status: str) -> VisitState:
    if status in Status.undecided():
        return VisitState(
            "late",
            "wait",
            _("The time that was asked for has passed"),
            [
                _("We did not manage to answer in time, and we are sorry."),
                _("Call us, and we find a new time together. You can also ask for one here."),
            ],
        )
    return VisitState(
        "past",
        "quiet",
        _("This appointment is over"),
        [_("If you need another time, you can ask for one or call us.")],
    )


def _confirmed(
    channel: str, of_visit: str, is_asked: bool, *, accepted: bool, is_moved: bool
) -> VisitState:
    earlier = [_("Your earlier time no longer holds.")] if is_moved else []
    how = {
        Channel.PHONE: _("We call you at this time. Please keep your phone at hand."),
        Channel.VIDEO: _("We meet by video, through the link on this page.")
        if of_visit == Channel.VIDEO
        else _("You take part by video, through the link on this page."),
        Channel.HOME_VISIT: _("We come to the place that has been agreed with you."),
    }.get(Channel(channel), _("Come to the service point at this time."))
    if is_asked and not accepted:
        return VisitState(
            "asked",
            "wait",
            _("A new time has been reserved for you")
            if is_moved
            else _("A time has been reserved for you"),
            [*earlier, _("Please tell us below whether you will come.")],
        )
    promised = [_("You have told us that you will come.")] if is_asked else []
    headline = _("Your new time is confirmed") if is_moved else _("Your time is confirmed")
    return VisitState("confirmed", "good", headline, [*earlier, *promised, how])


def _offered(until: datetime | None, *, has_time: bool = False) -> VisitState:
    if until is None:
        return VisitState(
            "offer_lapsed",
            "wait",
            _("The times that we offered are no longer kept"),
            [_("We look for new ones and contact you. You can also call us.")],
        )
    until_when = {"when": dates.when(until, get_language())}
    return VisitState(
        "offered",
        "wait",
        _("Choose the time that suits you"),
        [
            *([_("Your present time holds until you choose another one.")] if has_time else []),
            _("We keep these times until %(when)s.") % until_when,
            _("If none of them suits you, call us."),
        ],
    )


def _requested(appointment: Appointment, now: datetime) -> VisitState:
    due = appointment.answer_due_at
    if due is None:
        answer = _("We answer as soon as we can.")
    elif due <= now:
        answer = _(
            "Our answer is late, and we are sorry. It is still coming; you can also call us."
        )
    else:
        answer = _("We answer by %(when)s at the latest.") % {
            "when": dates.when(due, get_language())
        }
    if appointment.starts_at is None:
        return VisitState(
            "requested",
            "wait",
            _("The request has arrived"),
            [_("We look for a suitable time."), answer],
        )
    return VisitState(
        "requested",
        "wait",
        _("The request has arrived"),
        [_("The time below is kept, and it is not confirmed yet."), answer],
    )


@dataclass(frozen=True)
class Added:
    """What the unit has added to its last message, and in which language."""

    text: str
    language: str


def added_for(party: Party, sentence: AddedSentence | None) -> Added | None:
    """Return the same for both parents who know of the appointment; nothing for one who does not."""
    if sentence is None or not is_informed(party):
        return None
    return Added(*sentence.in_language(party.language))


def other_parent_answer(party: Party, appointment: Appointment) -> str:
    """Say what holds for contacting the other parent, to the one who asked us to wait; to nobody else."""
    if not party.is_requester or not appointment.is_open:
        return ""
    if appointment.other_parent not in OtherParent.ask_first():
        return ""
    answers: dict[str, str] = {
        AGREED: _("You have told us that we may contact the other parent."),
        REFUSED: _("As agreed with you, we do not contact the other parent."),
    }
    return answers.get(
        answer_of(appointment),
        _("We do not contact the other parent before we have talked with you."),
    )
