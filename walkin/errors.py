"""What the walk-in refuses, each with a sentence that a person can act on."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class WalkInError(Exception):
    """Something cannot be done now; nothing was changed."""

    def __init__(self, *sentences: Words) -> None:
        super().__init__(*map(str, sentences))
        self._sentences = sentences

    @property
    def sentence(self) -> str:
        """What is said to the person, in the reader's language."""
        return " ".join(str(sentence) for sentence in self._sentences)


class ChangedMeanwhileError(WalkInError):
    """Somebody else changed the number after this person looked at it."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else was quicker. The screen shows how it is now."))


class NotOnDutyError(WalkInError):
    """The professional is not on duty at this moment, or sits at no desk."""

    def __init__(self) -> None:
        super().__init__(_("You are not on duty at a desk now."))


class AColleagueCallsError(WalkInError):
    """The professional stays out of the matter of whoever has the number. Why is not said."""

    def __init__(self) -> None:
        super().__init__(_("A colleague calls this number."))


class DeskInUseError(WalkInError):
    """The desk cannot be taken out of use now."""

    def __init__(self) -> None:
        super().__init__(_("Somebody sits at this desk now: move them to another one first."))


class DayNotRunningError(WalkInError):
    """The day has not begun, or is over."""

    def __init__(self) -> None:
        super().__init__(_("The walk-in is not going on now."))


class DeskBusyError(WalkInError):
    """The desk has somebody, called or being served."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(
            _("Number %(number)s is at your desk. Finish with it first.") % {"number": number}
        )


class AppointmentFirstError(WalkInError):
    """A booked visit of this professional is due, or going on."""

    def __init__(self, reference: str, starts_at: datetime) -> None:
        self.reference, self.starts_at = reference, starts_at
        super().__init__(_("A booked visit comes first now."), reference)


class NobodyToCallError(WalkInError):
    """Nobody waits whom this professional could call; `kept_apart` lists numbers that are held."""

    def __init__(self, kept_apart: list[int]) -> None:
        self.kept_apart = kept_apart
        super().__init__(
            *(
                [
                    _(
                        "Those who wait asked to come separately, and the other party waits in the "
                        "same room."
                    )
                ]
                if kept_apart
                else [_("Nobody is waiting for you now.")]
            )
        )


class KeptApartError(WalkInError):
    """The number asked to come separately, and the other party waits in the same room."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(
            _(
                "Number %(number)s asked to come separately, and the other party waits in the same "
                "room. Ask one of them to wait elsewhere first."
            )
            % {"number": number}
        )


class NotHereError(WalkInError):
    """The number has come to its end: who it was is not asked any more."""

    def __init__(self) -> None:
        super().__init__(_("This number is over: nothing is kept of who it was."))


class IntakeClosedError(WalkInError):
    """No more numbers are given; `why` as the day has it."""

    def __init__(self, why: str = "") -> None:
        self.why = why
        sentences = {
            "full": _("No more numbers are given today: those who wait fill the time."),
            "time": _("No more numbers are given today: the hours are over."),
        }
        super().__init__(sentences.get(why, _("No more numbers are given today.")))


class WrongCodeError(WalkInError):
    """The code is not that of a day that is open now."""

    def __init__(self) -> None:
        super().__init__(
            _("This code does not work now. The code at the service point changes every day.")
        )


class UnknownMatterError(WalkInError):
    """The matter is not among the choices of the walk-in."""

    def __init__(self) -> None:
        super().__init__(_("Choose the matter from the list."))


class NoMoreTimeError(WalkInError):
    """The person has asked for more time as often as one may."""

    def __init__(self) -> None:
        super().__init__(_("More time cannot be given any more. Come back, or take a new number."))


class StillServingError(WalkInError):
    """Somebody is at a desk: the day cannot end without being told so."""

    def __init__(self, numbers: list[int]) -> None:
        self.numbers = numbers
        super().__init__(
            _("These numbers are still at a desk: %(numbers)s.")
            % {"numbers": ", ".join(map(str, numbers))}
        )


class DutyError(WalkInError):
    """The duty cannot be given so."""


class DayError(WalkInError):
    """The day cannot be added or changed so."""
