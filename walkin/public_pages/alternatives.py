"""What to offer where no number is given: the next walk-in, a call-back, an appointment."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from django.urls import reverse
from django.utils.translation import get_language

from bookings.availability.soonest import soonest_call_back, soonest_times
from bookings.public.opening import opening, soon
from office.calendar.working_time import OpenState, open_state
from office.core import clock
from office.models import HoursKind, Service, Unit
from office.models.set_up_rows import services_online
from walkin.models import WalkInDay
from walkin.public_pages.status import PointStatus, point_statuses


class Alternatives:
    """Each is read when it is asked for; what does not exist is not offered.

    `here`: the point at which no number is given. `service`: the one the person chose.
    `points`: all of them, where they have been read.
    """

    def __init__(
        self,
        here: PointStatus | None = None,
        *,
        service: Service | None = None,
        unit: Unit,
        points: Sequence[PointStatus] | None = None,
    ) -> None:
        self.here, self.unit, self.points = here, unit, points
        self.service = service if service is not None and service.asked_online else None

    @property
    def next_day(self) -> WalkInDay | None:
        """The next walk-in of this point."""
        return self.here.next if self.here else None

    @cached_property
    def elsewhere(self) -> list[PointStatus]:
        """Other points at which numbers are given now, or sooner than here."""
        if self.here is None:
            return []
        return [
            other
            for other in (point_statuses() if self.points is None else self.points)
            if other.point.pk != self.here.point.pk
            and (
                other.gives_numbers
                or (
                    other.next is not None
                    and (self.next_day is None or other.next.starts_at < self.next_day.starts_at)
                )
            )
        ]

    @property
    def book(self) -> str:
        """Where to ask for an appointment, with the service chosen where possible."""
        if self.service is not None:
            return reverse("book:service", args=[self.service.slug])
        return reverse("book:start") if self.is_asked_online else ""

    @cached_property
    def is_asked_online(self) -> bool:
        return bool(services_online())

    @property
    def first_free(self) -> str:
        """The soonest appointment, of the chosen service or of any."""
        found = self._soonest_times
        if self.service is not None:
            return soon(found.get(self.service.pk), get_language())
        return soon(min(found.values(), default=None), get_language())

    @cached_property
    def _soonest_times(self) -> dict[int, datetime]:
        return soonest_times()

    @property
    def first_call(self) -> str:
        """The soonest call-back time; empty where there are none."""
        return soon(self._soonest_call_back, get_language())

    @cached_property
    def _soonest_call_back(self) -> datetime | None:
        return soonest_call_back(self.unit)

    @cached_property
    def _phone(self) -> OpenState:
        return open_state(HoursKind.PHONE)

    @property
    def phone_hours(self) -> str:
        """Whether the phone is answered now, and when next."""
        return opening(self._phone, clock.now(), get_language()).words
