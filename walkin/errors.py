"""What the walk-in refuses, each with a sentence that tells a person what to do."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class WalkInError(Exception):
    """The action is refused; nothing was changed."""

    def __init__(self, *sentences: Words) -> None:
        super().__init__(*map(str, sentences))
        self._sentences = sentences

    @property
    def sentence(self) -> str:
        """The explanation for the person, in the language of the request."""
        return " ".join(str(sentence) for sentence in self._sentences)


class TicketChangedError(WalkInError):
    """Somebody else changed the ticket after this person's page was loaded."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else was faster. The screen now shows the current state."))


class NotCountedError(WalkInError):
    """The number was taken by mistake: nothing more is noted of it."""

    def __init__(self) -> None:
        super().__init__(_("That cannot be done now."), _("This number was taken by mistake."))


class NotOnDutyError(WalkInError):
    """The professional is not on duty now, or has no desk."""

    def __init__(self) -> None:
        super().__init__(_("You are not on duty at a desk now."))


class NoTextError(WalkInError):
    """No text message can be sent before the turn of this number."""

    def __init__(self) -> None:
        super().__init__(
            _("A text message cannot be sent now. Write a mobile number, or keep this page open.")
        )


class OnBreakError(WalkInError):
    """The professional is on a break: their desk calls nobody."""

    def __init__(self) -> None:
        super().__init__(_("You are on a break. Come back first."))


class ChildrenNotSaidError(WalkInError):
    """An agreement was made, and nobody has said for how many children."""

    def __init__(self) -> None:
        super().__init__(_("Choose for how many children it was agreed."))


class AColleagueCallsError(WalkInError):
    """The professional is recused from this person's case. The reason is not shown."""

    def __init__(self) -> None:
        super().__init__(_("A colleague calls this number."))


class DeskInUseError(WalkInError):
    """The desk cannot be taken out of use now."""

    def __init__(self) -> None:
        super().__init__(_("Somebody sits at this desk now: move them to another one first."))


class DayNotRunningError(WalkInError):
    """The day has not begun, or is over."""

    def __init__(self) -> None:
        super().__init__(_("The walk-in is not running now."))


class CalledJustNowError(WalkInError):
    """The number was called just now: whoever it is needs the time to come."""

    def __init__(self, number: int, *, seconds: int) -> None:
        super().__init__(
            _(
                "Number %(number)s was called just now. Give them time to come: "
                "this can be done in %(seconds)s seconds."
            )
            % {"number": number, "seconds": seconds}
        )


class OutOfTurnError(WalkInError):
    """Another number is next for this professional; or none may be called now."""

    def __init__(self, next_number: int | None) -> None:
        self.next_number = next_number
        super().__init__(_("This number is not next."))


class DeskBusyError(WalkInError):
    """A ticket is called to the desk or served there."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(
            _("Number %(number)s is at your desk. Finish with it first.") % {"number": number}
        )


class AppointmentFirstError(WalkInError):
    """An appointment of this professional is due or in progress."""

    def __init__(self, reference: str, starts_at: datetime) -> None:
        self.reference, self.starts_at = reference, starts_at
        super().__init__(_("An appointment comes first now."), reference)


class NobodyToCallError(WalkInError):
    """No ticket can be called for this professional; `kept_apart` lists those kept apart."""

    def __init__(self, kept_apart: list[int]) -> None:
        self.kept_apart = kept_apart
        super().__init__(
            *(
                [
                    _(
                        "The people waiting asked to come separately, and the other "
                        "party is waiting in the same room."
                    )
                ]
                if kept_apart
                else [_("Nobody is waiting for you now.")]
            )
        )


class KeptApartError(WalkInError):
    """The person asked to come separately, and the other party waits in the same room."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(
            _(
                "Number %(number)s asked to come separately, and the other party is "
                "waiting in the same room. Ask one of them to wait elsewhere first."
            )
            % {"number": number}
        )


class NotHereError(WalkInError):
    """The ticket is closed: it can no longer be linked to a person."""

    def __init__(self) -> None:
        super().__init__(_("This number is closed: nothing is kept of who it was."))


class IntakeClosedError(WalkInError):
    """No more numbers are given; `reason` as the day has it."""

    def __init__(self, reason: str = "") -> None:
        self.reason = reason
        sentences = {
            "full": _(
                "No more numbers are given today: the people waiting fill the remaining time."
            ),
            "time": _("No more numbers are given today: the hours are over."),
        }
        super().__init__(sentences.get(reason, _("No more numbers are given today.")))


class StoppedByNoticeError(WalkInError):
    """A notice at the point, such as of a fire alarm, stops numbers for the public."""

    def __init__(self) -> None:
        super().__init__(_("No numbers are given at the moment. Follow the notice and the staff."))


NO_SUCH_VISIT = _(
    "We find no appointment here today with this code. Check the code, or ask our staff."
)


class NotReferredHereError(WalkInError):
    """The number is not with this agency, or not any more."""

    def __init__(self) -> None:
        super().__init__(_("This number is not with you any more. The list shows how it is now."))


class NoSuchVisitError(WalkInError):
    """No visit of today at the point has this code. Which part of it was wrong is not disclosed."""

    def __init__(self) -> None:
        super().__init__(NO_SUCH_VISIT)


class WrongCodeError(WalkInError):
    """The code is not that of a day that is open now."""

    def __init__(self) -> None:
        super().__init__(
            _("This code does not work now. The code at the service point changes every day.")
        )


class UnknownMatterError(WalkInError):
    """The walk-in does not offer this matter."""

    def __init__(self) -> None:
        super().__init__(_("Choose the matter from the list."))


class NoMoreTimeError(WalkInError):
    """The person has asked for more time as often as the rules allow."""

    def __init__(self) -> None:
        super().__init__(_("You cannot get more time. Come back now, or take a new number."))


class StillServingError(WalkInError):
    """The day cannot end while people are at a desk, unless staff confirm it."""

    def __init__(self, numbers: list[int]) -> None:
        self.numbers = numbers
        super().__init__(
            _("These numbers are still at a desk: %(numbers)s.")
            % {"numbers": ", ".join(map(str, numbers))}
        )


class DutyError(WalkInError):
    """The duty cannot be given or changed like this."""


class DayError(WalkInError):
    """The day cannot be added or changed like this."""
