"""Reading the letters of an act before it is done: written by the same code, and taken back."""

from collections.abc import Callable, Iterable

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bookings.appointments.added_sentences import Words
from bookings.appointments.preview import letters_of
from bookings.appointments.separate_visits import TooCloseError
from bookings.availability.allocation import JustTakenError
from bookings.desk_kit.act import posted_fields, version_seen
from bookings.desk_kit.letters import Letter, fetch_staff, letters_from
from bookings.lifecycle.contact_consent import AskFirstError
from bookings.lifecycle.phone_visits import NoNumberError
from bookings.lifecycle.protection import PlaceNotAgreedError
from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import Appointment, Party
from office.calendar.occupancy import TimeTakenError
from office.models import AccessAction, AccessReason
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest

# The button of a form that shows its letters, and does nothing yet.
PREVIEW = "preview"


def wants_letters(request: StaffRequest) -> bool:
    """Say whether the letters are asked for, and not yet the act."""
    return PREVIEW in request.POST


def is_part(request: StaffRequest) -> bool:
    """Say whether the letters are shown within the open page."""
    return "HX-Request" in request.headers


def problems_of(form: forms.BaseForm) -> list[str]:
    """List what must be corrected in a form before there are letters, each with its field."""
    return [
        f"{form.fields[name].label}: {error}" if name in form.fields else str(error)
        for name, errors in form.errors.items()
        for error in errors
    ]


class NotWrittenError(Exception):
    """The letters are not written; `sentence` says why, for an action with reasons of its own."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def letters_page(
    request: StaffRequest,
    appointment: Appointment,
    action: Callable[[], object],
    *,
    deed: str,
    address: str = "",
    words: Words | None = None,
    also: Iterable[tuple[str, str]] = (),
    problems: Iterable[str] = (),
) -> HttpResponse:
    """Show the letters of what is about to be done. Nothing is done, and nothing is sent.

    `deed`: what the button says that does it; it is posted to `address`, or where this was, with `also`
    among its fields. `words`: what is added to the letters. `problems`: what is to be mended first.
    """
    note_access(
        request.user, appointment.reference, action=AccessAction.READ, reason=AccessReason.BOOKING
    )
    context: dict[str, object] = {"appointment": appointment, "is_preview": True}
    found = list(problems)
    if not found:
        try:
            context |= {"letters": _letters(appointment, action), "words": words}
        except (
            TooCloseError,
            AskFirstError,
            PlaceNotAgreedError,
            NoNumberError,
            NotWrittenError,
        ) as error:
            found = [error.sentence]
        except (TimeTakenError, JustTakenError):
            found = [_("That time is not free any more.")]
        except (ChangedMeanwhileError, NotPossibleError):
            found = [_("This cannot be done now: it has changed. Open it again.")]
    context["problems"] = found
    if is_part(request):
        return render(request, "bookings/desk/_letters.html", context)
    context |= {
        "deed": deed,
        "carried": [*(field for field in posted_fields(request) if field[0] != PREVIEW), *also],
        "version": version_seen(request),
        "action": address or request.path,
    }
    status = 422 if found else 200
    return render(request, "bookings/desk/letters.html", context, status=status)


def _letters(appointment: Appointment, action: Callable[[], object]) -> list[Letter]:
    parties: list[Party] = []

    def do_and_look() -> None:
        action()
        # As they are then: who is only just added is written to as well.
        fetch_staff(appointment)
        parties.extend(appointment.parties.order_by("-is_requester", "pk"))

    return letters_from(letters_of(do_and_look), appointment, parties)
