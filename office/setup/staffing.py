"""Who works here, what each does and where; and by which channels a service is given."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from office.calendar.hours_handover import change_and_hand_over
from office.calendar.hours_impact import SKILLS, OrphanedBooking
from office.core import clock
from office.core.save_checked import save_checked
from office.models import HoursChange, Professional, Service, ServicePoint, WeeklyHours


@transaction.atomic
def save_professional(
    professional: Professional,
    *,
    services: Iterable[Service],
    service_points: Iterable[ServicePoint],
    seen: str = "",
) -> list[OrphanedBooking]:
    """Save a new or altered professional. Raises ValidationError.

    Where a service, a language or a service point is taken away, the bookings that need it are handed to
    the secretary: raises BookingsHitError unless they were `seen`. Hours at a point taken away end today.
    """
    chosen, points = list(services), list(service_points)

    def change() -> None:
        save_checked(professional)
        professional.services.set(chosen)
        professional.service_points.set(points)

    if professional.pk is None:
        change()
        return []
    left = set(professional.service_points.values_list("pk", flat=True)) - {p.pk for p in points}

    def change_and_end() -> None:
        change()
        _end_hours_at(professional, sorted(left))

    return change_and_hand_over(
        professionals=[professional.pk], change=change_and_end, reason=SKILLS, seen=seen
    )


def _end_hours_at(professional: Professional, points: Sequence[int]) -> None:
    today = clock.today()
    hours = WeeklyHours.objects.filter(professional=professional, service_point__in=points)
    hours.filter(valid_from__gt=today).delete()
    hours.exclude(valid_until__lt=today).update(valid_until=today)
    HoursChange.objects.filter(
        professional=professional, service_point__in=points, date__gt=today
    ).delete()


def save_service(service: Service, *, seen: str = "") -> list[OrphanedBooking]:
    """Save a new or altered service. Raises ValidationError.

    Bookings by a channel that is taken away are handed to the secretary, as above; they are work no
    longer when it comes back.
    """
    had = Service.objects.filter(pk=service.pk).values_list("channels", flat=True).first() or []
    if service.pk is None or set(had) == set(service.channels):
        save_checked(service)
        return []
    return change_and_hand_over(
        professionals=list(Professional.objects.values_list("pk", flat=True)),
        change=lambda: save_checked(service),
        reason=SKILLS,
        seen=seen,
    )
