"""Run what plans an evening, and say why where it is refused."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404

from evenings.planning.errors import PlanningError
from evenings.planning.labels import sentences_of
from office.models import Role
from office.staff.permissions import STAFF, StaffRequest, role_required

# Who plans and holds evenings: everybody of the unit.
evening_staff = role_required(*STAFF)
evening_lead = role_required(Role.SECRETARY, Role.MANAGER)


def as_validation_error(error: PlanningError) -> ValidationError:
    return ValidationError(sentences_of(error))


def try_planning(
    request: StaffRequest, action: Callable[[], object], done: str, *, about: str = ""
) -> bool:
    """Run the action; where it is refused, show why. `about`: which of several evenings it was."""
    try:
        action()
    except PlanningError as error:
        refused = sentences_of(error)
    except ValidationError as error:
        refused = error.messages
    else:
        messages.success(request, done)
        return True
    for sentence in refused:
        messages.error(request, f"{about}: {sentence}" if about else sentence)
    return False


def sent_version(request: StaffRequest) -> int:
    """Return the version of the evening that the page showed, or raise 404."""
    text = request.POST.get("version", "")
    if not text.isdecimal() or len(text) > 9:
        raise Http404
    return int(text)
