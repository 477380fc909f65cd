"""Take desks and destinations in and out of use."""

from office.calendar.occupancy import retrying
from office.core import clock
from walkin.days.duties import free_desk
from walkin.errors import DeskInUseError
from walkin.models import DayState, Desk, Destination, Duty, Ticket
from walkin.tickets.live import announce


@retrying
def switch_desk(desk_id: int, *, on: bool) -> Desk:
    """Take a desk into or out of use; duties to come move to a free desk.

    Raises DeskInUseError while somebody sits at it.
    """
    desk = Desk.objects.select_for_update(of=("self",)).get(pk=desk_id)
    if desk.is_active == on:
        return desk
    desk.is_active = on
    desk.save(update_fields=["is_active"])
    if not on:
        _vacate(desk)
    announce(desk.service_point_id)
    return desk


def _vacate(desk: Desk) -> None:
    now = clock.now()
    duties = (
        Duty.objects.select_for_update(of=("self",))
        .select_related("day")
        .filter(desk=desk, during__endswith__gt=now)
        .exclude(day__state__in=[DayState.ENDED, DayState.CALLED_OFF])
    )
    for duty in duties:
        if duty.day.is_running and duty.during.lower <= now:
            raise DeskInUseError
        duty.desk = free_desk(duty.day, duty.during)
        duty.save(update_fields=["desk"])
    if Ticket.objects.at_desk().filter(desk=desk).exists():
        raise DeskInUseError


def switch_destination(destination_id: int, *, on: bool) -> Destination:
    """Take a destination into or out of use. People referred there still see where it is."""
    destination = Destination.objects.get(pk=destination_id)
    destination.is_active = on
    destination.save(update_fields=["is_active"])
    return destination
