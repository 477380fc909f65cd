"""What one visit is about: a main matter and further ones, which together ask for time and people."""

from collections.abc import Iterable
from dataclasses import dataclass

from office.models import Attendance, Channel, Service

FURTHER = "further_rows"
# More is a slip of the finger.
MOST_CHILDREN = 20


@dataclass(frozen=True)
class Matters:
    """The matters of one visit, as one service would have them.

    `minutes`: how long it takes; None: as long as the main matter takes alone.
    """

    main: Service
    also: tuple[Service, ...] = ()
    minutes: int | None = None

    @property
    def services(self) -> tuple[Service, ...]:
        return (self.main, *self.also)

    @property
    def name(self) -> str:
        return " + ".join(str(service.name) for service in self.services)

    @property
    def duration(self) -> int:
        """Minutes."""
        return self.minutes or self.main.duration

    @property
    def buffer_after(self) -> int:
        return max(service.buffer_after for service in self.services)

    @property
    def professionals_needed(self) -> int:
        return max(service.professionals_needed for service in self.services)

    @property
    def channels(self) -> list[str]:
        """The channels in which all of them are given."""
        return [
            channel
            for channel in self.main.channels
            if all(channel in service.channels for service in self.also)
        ]

    @property
    def staff_channels(self) -> list[str]:
        """The same with a home visit, where all of them may be one: staff alone book it."""
        at_home = all(service.home_visits for service in self.services)
        return [*self.channels, *([Channel.HOME_VISIT.value] if at_home else [])]

    @property
    def attendance(self) -> str:
        """Who comes: all whom one of the matters concerns."""
        fewest_first = (Attendance.ONE, Attendance.EITHER, Attendance.BOTH)
        return max(
            (Attendance(service.attendance) for service in self.services), key=fewest_first.index
        )

    @property
    def may_be_anonymous(self) -> bool:
        return all(service.may_be_anonymous for service in self.services)

    @property
    def bring_list(self) -> list[str]:
        """What to bring, each item once."""
        return list(dict.fromkeys(item for service in self.services for item in service.bring_list))


def in_order(services: Iterable[Service]) -> tuple[Service, ...]:
    """Sort further matters the way they always are: in which order they were chosen tells nothing."""
    return tuple(sorted(services, key=lambda service: (service.order, service.pk)))
