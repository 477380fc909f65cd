"""Matters of the walk-in: what a point takes, with its conditions, and what is taken elsewhere."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise

from office.models import Service, ServicePoint
from office.models.set_up_rows import services_in_use, services_online
from walkin.errors import UnknownMatterError
from walkin.models import OtherMatter, PointMatter, Presence


@dataclass(frozen=True)
class Conditions:
    """What a point asks of those who come with a matter."""

    both_present: bool = False
    papers_ready: bool = False
    identity: bool = False
    bring: tuple[str, ...] = ()

    @property
    def are_any(self) -> bool:
        """Whether there is any besides what to bring."""
        return self.both_present or self.papers_ready or self.identity

    def missing(self, *, is_alone: bool, has_papers: bool) -> list[str]:
        """Return what is asked for and not there: "both", "papers"."""
        lacks_papers = self.papers_ready and not has_papers
        return ["both"] * (self.both_present and is_alone) + ["papers"] * lacks_papers


@dataclass(frozen=True)
class Matter:
    """One choice. `key`, as a form sends it: the slug of the service, or another matter's value."""

    key: str
    label: str | Promise
    summary: str | Promise = ""
    service: Service | None = None
    other: str = ""
    conditions: Conditions = field(default_factory=Conditions)

    @property
    def code(self) -> str:
        """As an address says it: the history of a shared phone names no matter."""
        return f"s{self.service.pk}" if self.service else self.other

    @property
    def staff_label(self) -> str | Promise:
        return self.service.name if self.service else self.label


def conditions_of(matters: Iterable[Matter]) -> Conditions:
    """Return what is asked of those who come with all of these matters in one visit."""
    asked = [matter.conditions for matter in matters]
    return Conditions(
        both_present=any(one.both_present for one in asked),
        papers_ready=any(one.papers_ready for one in asked),
        identity=any(one.identity for one in asked),
        bring=tuple(dict.fromkeys(thing for one in asked for thing in one.bring)),
    )


@dataclass(frozen=True)
class Elsewhere:
    """A service that a point's walk-in does not take, and the points whose walk-in does."""

    service: Service
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListedMatter:
    """A matter on the manager's page of a point, taken there or not."""

    matter: Matter
    row: PointMatter


def matters(point: int | None = None) -> list[Matter]:
    """Return what a point's walk-in takes, services first; without a point, the unit's own choice."""
    return [one.matter for one in listed_matters(point) if one.row.is_taken]


def every_matter() -> list[Matter]:
    """Return all that a visit may turn out to be about, taken at some walk-in or not."""
    return [one.matter for one in listed_matters(None)]


def listed_matters(point: int | None) -> list[ListedMatter]:
    """Return every matter that there is, as the point has it. At most two queries."""
    rows = PointMatter.objects.filter(service_point=point) if point is not None else ()
    by_key = {row.service_id or row.other: row for row in rows}
    listed = [_listed(by_key, point, service=s) for s in services_in_use()]
    return listed + [_listed(by_key, point, other=value) for value in OtherMatter.choosable()]


def _listed(
    rows: dict[int | str, PointMatter],
    point: int | None,
    *,
    service: Service | None = None,
    other: str = "",
) -> ListedMatter:
    row = rows.get(service.pk if service else other)
    if row is None:
        row = PointMatter(service=service, other=other)
        if point is not None:
            row.service_point_id = point
        row.is_taken = service.suits_walk_in if service else True
    if service is None:
        matter = Matter(other, OtherMatter(other).label, other=other, conditions=_asked(row, ()))
    else:
        matter = Matter(
            service.slug,
            service.matter,
            service.summary,
            service=service,
            conditions=_asked(row, service.bring_list),
        )
    return ListedMatter(matter, row)


def _asked(row: PointMatter, usual: Iterable[str]) -> Conditions:
    own = [line.strip() for line in row.bring.splitlines() if line.strip()]
    return Conditions(
        both_present=row.presence == Presence.BOTH,
        papers_ready=row.needs_papers,
        identity=row.needs_identity,
        bring=tuple(own or usual),
    )


def services_taken(points: Collection[int]) -> dict[int, frozenset[int]]:
    """Return the keys of the services that the walk-in of each point takes. Two queries."""
    own_choice = {
        (row.service_point_id, row.service_id): row.is_taken
        for row in PointMatter.objects.filter(service_point__in=points, service__isnull=False)
    }
    services = [(s.pk, s.suits_walk_in) for s in services_in_use()]
    return {
        point: frozenset(pk for pk, suits in services if own_choice.get((point, pk), suits))
        for point in points
    }


def not_taken(point: int) -> list[Elsewhere]:
    """Return the services asked for online that the point's walk-in does not take."""
    here = {m.service.pk for m in matters(point) if m.service}
    services = [s for s in services_online() if s.pk not in here]
    return [Elsewhere(s, tuple(names)) for s, names in _where_taken(services, point)]


def _where_taken(services: list[Service], point: int) -> list[tuple[Service, list[str]]]:
    others = ServicePoint.objects.in_use().filter(desks__is_active=True).exclude(pk=point)
    own_choice = {
        (row.service_point_id, row.service_id): row.is_taken
        for row in PointMatter.objects.filter(service__in=services)
    }
    places = list(others.distinct().order_by("order", "pk"))
    return [
        (s, [str(p.name) for p in places if own_choice.get((p.pk, s.pk), s.suits_walk_in)])
        for s in services
    ]


def needs_appointment(points: Iterable[int | None] = (None,)) -> list[Service]:
    """Return the services asked for online that no walk-in of these points takes."""
    taken = {m.service.pk for point in points for m in matters(point) if m.service}
    return [service for service in services_online() if service.pk not in taken]


def matter_of(key: str, point: int | None = None) -> Matter:
    """Return the choice that a form sent. Raises UnknownMatterError."""
    found = next((m for m in matters(point) if m.key == key), None)
    if found is None:
        raise UnknownMatterError
    return found
