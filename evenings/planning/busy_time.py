"""The time that an evening takes of its professionals and its room."""

from collections.abc import Iterable

from django.utils.translation import override

from evenings.models import Evening
from evenings.planning.errors import InTheWayError
from office.calendar.obstacles import obstacles_of
from office.calendar.occupancy import TimeTakenError, discard, take
from office.models import Claim, ClaimKind, Professional

# As long as the label of a claim.
LABEL_LONGEST = 40


def label_of(evening: Evening) -> str:
    """Return what the calendars call the evening, for all who read them."""
    with override("fi"):
        return str(evening.kind.title)[:LABEL_LONGEST]


def take_time(evening: Evening, professionals: Iterable[Professional]) -> None:
    """Make these professionals and the room busy, in place of whom the evening had. Saves it.

    Raises InTheWayError, with nothing changed, where the database says that somebody is busy.
    """
    people = list(professionals)
    resources = {person.pk for person in people}
    if evening.room_id is not None:
        resources.add(evening.room_id)
    old = evening.claim
    try:
        evening.claim = _claimed(evening, resources, old) if resources else None
    except TimeTakenError as error:
        raise InTheWayError(
            obstacles_of(resources, evening.starts_at, evening.ends_at, apart_from=old)
        ) from error
    evening.save()
    evening.professionals.set(people)
    if old is not None:
        discard(old)


def _claimed(evening: Evening, resources: set[int], old: Claim | None) -> Claim:
    return take(
        kind=ClaimKind.EVENING,
        resources=resources,
        start=evening.starts_at,
        end=evening.ends_at,
        label=label_of(evening),
        service_point=evening.service_point,
        replacing=old,
    )


def free_time(evening: Evening) -> None:
    """Let the time go. Saves the evening; its professionals stay named."""
    claim, evening.claim = evening.claim, None
    evening.save()
    if claim is not None:
        discard(claim)
