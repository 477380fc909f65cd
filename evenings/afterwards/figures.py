"""Figures of evenings for the manager: places, signed up, waited, came. Nothing of anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Subquery, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from evenings.models import Evening, EveningStatus, SignUp, SignUpEvent, SignUpEventKind
from evenings.planning.labels import where_of
from office.core import clock, dates


@dataclass(frozen=True)
class EveningFigures:
    """One evening that was held. `waited`: None where the sign-ups are removed already."""

    date: str
    title: str
    where: str
    capacity: int
    signed: int
    waited: int | None
    came: int | None


def figures(first: date, last: date) -> list[EveningFigures]:
    """Count for the evenings held between two days, the newest first. One query."""
    start, end = clock.day_bounds(first, last)
    waited = SignUp.objects.filter(
        Exists(SignUpEvent.objects.filter(sign_up=OuterRef("pk"), what=SignUpEventKind.IN_LINE)),
        evening=OuterRef("pk"),
    )
    rows = (
        Evening.objects.filter(status=EveningStatus.PUBLISHED, starts_at__gte=start)
        .filter(starts_at__lt=end, ends_at__lte=clock.now())
        .select_related("kind", "service_point", "room")
        .annotate(
            has_sign_ups=Exists(SignUp.objects.filter(evening=OuterRef("pk"))),
            waited=Subquery(
                waited.order_by().values("evening").annotate(n=Sum("people")).values("n")
            ),
        )
        .order_by("-starts_at", "-pk")
    )
    language = get_language()
    return [
        EveningFigures(
            date=dates.date(row.starts_at, language),
            title=row.kind.title,
            where=where_of(row),
            capacity=row.capacity,
            signed=row.people,
            waited=(row.waited or 0) if row.has_sign_ups or not row.people else None,
            came=row.came_people,
        )
        for row in rows
    ]


def heads() -> list[str]:
    return [
        _("Day"),
        _("Evening"),
        _("Where"),
        _("Places"),
        _("Signed up"),
        _("Waited"),
        _("Came"),
    ]


def cells(row: EveningFigures) -> list[str]:
    numbers = (row.capacity, row.signed, row.waited, row.came)
    return [row.date, row.title, row.where, *("–" if n is None else str(n) for n in numbers)]


def csv_rows(rows: Sequence[EveningFigures]) -> list[list[str]]:
    return [list(heads()), *(list(cells(row)) for row in rows)]
