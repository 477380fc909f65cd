"""Evenings as the staff's pages and the floors below ask for them."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.hooks import Engagement, EveningsAhead
from evenings.models import Evening, EveningStatus, GivenMaterial, SignUpStatus
from evenings.planning.labels import note_of, where_of
from office.calendar.orphan_words import orphan_label
from office.core import clock, dates
from office.core.names import Alphabetical
from office.hooks import Shortcoming
from office.models import Professional


def for_staff() -> QuerySet[Evening]:
    """Find all evenings with what the staff's pages show of each. Two queries."""
    return (
        Evening.objects.select_related("kind", "service_point", "room", "claim")
        .prefetch_related(
            Prefetch("professionals", Professional.objects.order_by(Alphabetical("name"), "pk")),
            "organisers",
        )
        .annotate(
            waiting=Count("sign_ups", filter=Q(sign_ups__status=SignUpStatus.WAITING)),
        )
        .order_by("starts_at", "pk")
    )


def to_come() -> QuerySet[Evening]:
    return for_staff().filter(ends_at__gt=clock.now())


def past() -> QuerySet[Evening]:
    return for_staff().filter(ends_at__lte=clock.now()).order_by("-starts_at", "-pk")


def engagements(professional: Professional, first: date, last: date) -> list[Engagement]:
    """List what the professional holds, as My day and the page of absences show it. One query."""
    start, end = clock.day_bounds(first, last)
    rows = (
        Evening.objects.exclude(status=EveningStatus.CANCELLED)
        .filter(professionals=professional, starts_at__lt=end, ends_at__gt=start)
        .select_related("kind", "service_point", "room")
        .order_by("starts_at", "pk")
    )
    return [
        Engagement(
            start=evening.starts_at,
            end=evening.ends_at,
            what=evening.kind.title,
            where=where_of(evening),
            note=note_of(evening),
            address=page_of(evening),
        )
        for evening in rows
    ]


def page_of(evening: Evening) -> str:
    return reverse("evening_desk:one", args=[evening.pk])


def page_of_day(day: date) -> str:
    """Return where the staff's calendar leads from an evening."""
    return f"{reverse('evening_desk:list')}?day={day.isoformat()}"


def proposed() -> Iterable[Shortcoming]:
    """Yield coming evenings that a partner has proposed and nobody has published."""
    rows = to_come().filter(status=EveningStatus.PLANNED, proposed_by__isnull=False)
    for evening in rows.select_related("proposed_by"):
        yield Shortcoming(
            page_of(evening),
            _("%(partner)s proposes an evening: %(title)s")
            % {"partner": evening.proposed_by, "title": evening.kind.title},
            _("Nobody sees it before you publish it."),
        )


def given() -> Iterable[Shortcoming]:
    """Name what partners have given to read after their evenings, and nobody has released."""
    for material in GivenMaterial.objects.select_related("evening", "organisation"):
        yield Shortcoming(
            page_of(material.evening),
            _("%(partner)s gives something to read after an evening: %(title)s")
            % {"partner": material.organisation, "title": material.title},
            _("Nobody reads it before you release it."),
        )


def without_somebody() -> Iterable[Shortcoming]:
    """Yield coming evenings whose professional or place has become unavailable."""
    for evening in to_come().filter(claim__orphaned_at__isnull=False):
        when = dates.when_range(evening.starts_at, evening.ends_at, get_language())
        yield Shortcoming(
            page_of(evening),
            _("%(title)s %(when)s: somebody or the place is missing")
            % {"title": evening.kind.title, "when": when},
            orphan_label(evening.claim.orphan_reason if evening.claim else ""),
        )


def is_any_ahead() -> bool:
    return bool(Evening.objects.published().upcoming(clock.now()).exists())


def evenings_ahead() -> EveningsAhead | None:
    """Say where evenings are found, and when the next one is; None while none is published."""
    following = Evening.objects.published().upcoming(clock.now()).first()
    if following is None:
        return None
    when = dates.when(following.starts_at, get_language())
    return EveningsAhead(reverse("evenings:list"), _("The next one: %(when)s") % {"when": when})
