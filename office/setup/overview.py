"""What the manager looks after: how much of it there is, and what is amiss."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from office.core import clock, dates
from office.core.names import Alphabetical
from office.guidance.shortcomings import guidance_shortcomings
from office.hooks import Shortcoming
from office.messaging import restored_copy
from office.models import (
    Absence,
    Closure,
    HoursKind,
    PartnerOrganisation,
    Professional,
    PublicStatements,
    Role,
    Room,
    Service,
    ServicePoint,
    Unit,
    User,
    WeeklyHours,
)
from office.own_calendars.shortcomings import unreadable_calendars
from office.retention.shortcomings import unpurged
from office.setup.readiness import lacking, untranslated
from office.setup.without_hours import count_without_hours


@dataclass(frozen=True)
class SetupPage:
    """A link to a part of the office, with how much there is."""

    url: str
    icon: str
    name: str
    text: str


def counts() -> list[SetupPage]:
    """Count what the parts of the office hold. One query each."""
    people = Professional.objects.in_use().count()
    away = (
        Absence.objects.entered()
        .filter(
            professional__is_active=True,
            during__startswith__lte=clock.now(),
            during__endswith__gt=clock.now(),
        )
        .values("professional")
        .distinct()
        .count()
    )
    return [
        SetupPage(
            reverse("office:hours"),
            "clock",
            _("Hours"),
            ngettext("%(n)d away now", "%(n)d away now", away) % {"n": away},
        ),
        SetupPage(
            reverse("office:closures"),
            "cross",
            _("Closures and holidays"),
            _("%(n)d to come")
            % {
                "n": Closure.objects.filter(
                    effect=Closure.Effect.CLOSED, last_day__gte=clock.today()
                ).count()
            },
        ),
        SetupPage(reverse("office:people"), "people", _("Professionals"), _in_use(people)),
        SetupPage(
            reverse("office:organisations"),
            "link",
            _("Partner organisations"),
            _in_use(PartnerOrganisation.objects.filter(is_active=True).count()),
        ),
        SetupPage(
            reverse("office:users"),
            "key",
            _("Users"),
            _("%(n)d can sign in") % {"n": User.objects.filter(is_active=True).count()},
        ),
        SetupPage(
            reverse("office:services"),
            "document",
            _("Services"),
            _in_use(Service.objects.in_use().count()),
        ),
        SetupPage(
            reverse("office:points"),
            "pin",
            _("Service points"),
            _in_use(ServicePoint.objects.in_use().count()),
        ),
        SetupPage(
            reverse("office:rooms"),
            "door",
            _("Rooms"),
            _in_use(Room.objects.filter(is_active=True, service_point__is_active=True).count()),
        ),
        SetupPage(
            reverse("office:unit"),
            "settings",
            _("Settings of the unit"),
            _("Names, promises, times"),
        ),
        SetupPage(
            reverse("office:languages"),
            "document",
            _("More languages"),
            ", ".join(str(one.name) for one in Unit.get().offered_languages) or _("None shown"),
        ),
        SetupPage(
            reverse("office:access_without_task"),
            "search",
            _("Opened without a task"),
            _("Who opened clients' data today without work of their own in it"),
        ),
        SetupPage(reverse("office:opening"), "door", _("Open to the public"), _opening()),
    ]


def _opening() -> str:
    unit = Unit.get()
    if unit.public_from is None:
        return _("Closed")
    when = dates.when(unit.public_from, get_language())
    return (
        _("Since %(when)s") % {"when": when}
        if unit.is_public
        else _("From %(when)s") % {"when": when}
    )


def _in_use(count: int) -> str:
    return _("%(n)d in use") % {"n": count}


def attention() -> list[Shortcoming]:
    """Return what is amiss, the gravest first. A fixed number of queries."""
    valid = WeeklyHours.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=clock.today()),
        professional=OuterRef("pk"),
        service_point__is_active=True,
    )
    staff = list(
        Professional.objects.in_use()
        .annotate(
            has_hours=Exists(valid),
            can_be_booked=Exists(valid.filter(kind=HoursKind.APPOINTMENTS)),
            does=Count("services", filter=Q(services__is_active=True)),
        )
        .select_related("user")
        .order_by(Alphabetical("name"))
    )
    services = Service.objects.in_use().annotate(
        people=Count("professionals", filter=Q(professionals__is_active=True))
    )
    points = (
        ServicePoint.objects.in_use()
        .annotate(open_rooms=Count("rooms", filter=Q(rooms__is_active=True)))
        .filter(open_rooms=0)
    )
    found: list[Shortcoming] = []
    if restored_copy.is_holding():
        found.append(
            Shortcoming(
                "",
                _("No messages leave"),
                _(
                    "This is a restored copy of the database. Those who run the server let them leave."
                ),
            )
        )
    orphaned = count_without_hours()
    if orphaned:
        found.append(
            Shortcoming(
                reverse("office:without_hours"),
                ngettext(
                    "%(n)d booking without hours waits for the secretary",
                    "%(n)d bookings without hours wait for the secretary",
                    orphaned,
                )
                % {"n": orphaned},
                _("Hours were cut or somebody is away; the secretary finds another time."),
                is_to_read=True,
            )
        )
    found += lacking()
    for service in services:
        if service.people < service.professionals_needed:
            found.append(
                Shortcoming(
                    reverse("office:people"),
                    _("%(name)s: too few professionals") % {"name": service.name},
                    _("It needs %(needed)d and has %(has)d, so that no times are free.")
                    % {"needed": service.professionals_needed, "has": service.people},
                )
            )
    found += [
        Shortcoming(
            reverse("office:point", args=[point.pk]),
            _("%(name)s: no rooms") % {"name": point.name},
            _("Nobody can be met there in person."),
        )
        for point in points
    ]
    for person in staff:
        # A partner joins as the second of a pair, in the hours of their own organisation.
        if not person.has_hours and person.organisation_id is None:
            if not person.does and _only_books(person):
                continue
            found.append(
                Shortcoming(
                    reverse("office:hours_of", args=[person.pk]),
                    _("%(name)s: no hours") % {"name": person.name},
                    _("No times can be booked with them."),
                )
            )
        elif person.can_be_booked and not person.does:
            found.append(
                Shortcoming(
                    reverse("office:person", args=[person.pk]),
                    _("%(name)s: no services") % {"name": person.name},
                    _("They have hours, but nothing to be booked for."),
                )
            )
    found += unpurged()
    found += unreadable_calendars()
    found += guidance_shortcomings()
    found += untranslated()
    if PublicStatements.get().lacks:
        found.append(
            Shortcoming(
                reverse("office:statements"),
                _("The privacy and accessibility pages are not complete"),
                _("The law requires a data protection officer and the dates of both statements."),
            )
        )
    return found


def _only_books(person: Professional) -> bool:
    """Say whether they work at the desk alone: nobody is booked with a secretary or the manager."""
    roles = set(person.user.roles) if person.user else set()
    return bool(roles) and roles <= {Role.SECRETARY, Role.MANAGER}
