"""A professional's own call-back hours of one day: closing what is free, opening it again, adding."""

from datetime import date, time

from bookings.availability.call_slots import free_calls
from office.calendar.hours_handover import change_and_hand_over
from office.calendar.hours_impact import OrphanedBooking
from office.calendar.occupancy import lock, retrying
from office.core import clock
from office.models import HoursChange, HoursKind, Professional, ServicePoint, Unit
from office.setup.day_changes import REASON, save_change

Effect = HoursChange.Effect


def _cuts(professional: Professional, day: date) -> list[HoursChange]:
    return list(
        HoursChange.objects.filter(
            professional=professional, date=day, kind=HoursKind.CALL_BACK, effect=Effect.CUTS
        )
    )


def has_closed(professional: Professional, day: date) -> bool:
    """Say whether call-back times of that day are closed."""
    return bool(_cuts(professional, day))


@retrying
def close_free(professional: Professional, day: date, unit: Unit) -> int:
    """Close the free call-back times of a day; how many. Reserved ones stay, and are called."""
    lock([professional.pk])
    free = free_calls(unit, online=False, professional=professional.pk, first=day, last=day).times
    if not free:
        return 0
    spans: list[tuple[time, time]] = []
    for slot in free:
        starts, ends = clock.local(slot.start).time(), clock.local(slot.end).time()
        if spans and spans[-1][1] == starts:
            spans[-1] = spans[-1][0], ends
        else:
            spans.append((starts, ends))

    def change() -> None:
        HoursChange.objects.bulk_create(
            HoursChange(
                professional=professional,
                effect=Effect.CUTS,
                kind=HoursKind.CALL_BACK,
                date=day,
                starts=starts,
                ends=ends,
            )
            for starts, ends in spans
        )

    change_and_hand_over(professionals=[professional.pk], change=change, reason=REASON)
    return len(free)


@retrying
def open_again(professional: Professional, day: date) -> int:
    """Take back what was closed on a day; how many stretches."""
    cuts = [cut.pk for cut in _cuts(professional, day)]
    change_and_hand_over(
        professionals=[professional.pk],
        change=lambda: HoursChange.objects.filter(pk__in=cuts).delete(),
        reason=REASON,
    )
    return len(cuts)


def add_times(
    professional: Professional, day: date, starts: time, ends: time, point: ServicePoint
) -> list[OrphanedBooking]:
    """Add call-back hours on one day. Raises ValidationError."""
    return save_change(
        HoursChange(
            professional=professional,
            effect=Effect.ADDS,
            kind=HoursKind.CALL_BACK,
            date=day,
            starts=starts,
            ends=ends,
            service_point=point,
        )
    )
