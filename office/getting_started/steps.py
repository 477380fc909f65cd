"""From an empty unit to its first visit: what is done, by the data, and what comes next."""

from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from office.core import clock, dates
from office.core.neutral import tells_matter
from office.hooks import START_STEPS, StartStep
from office.models import (
    GuidanceLink,
    HoursKind,
    Professional,
    PublicStatements,
    Role,
    Service,
    ServicePoint,
    Unit,
    User,
    WeeklyHours,
)


def start_steps() -> list[StartStep]:
    """List all steps in their order. A fixed number of queries."""
    unit = Unit.objects.order_by("pk").first()
    return [
        _settings(unit),
        *_places(),
        _services(),
        _people(),
        _hours(),
        *(step() for step in START_STEPS),
        _phone(),
        _guidance(),
        _statements(),
        _message(unit),
        _opening(unit),
    ]


def next_step(steps: list[StartStep]) -> StartStep | None:
    """Return the first step that is needed and not done; otherwise the first that is not done."""
    open_ones = [step for step in steps if not step.is_done]
    needed = [step for step in open_ones if step.is_needed]
    return next(iter([*needed, *open_ones]), None)


def _settings(unit: Unit | None) -> StartStep:
    return StartStep(
        _("Settings of the unit, with a neutral sender"),
        _("Its name, phone and data controller, and a sender who does not tell the matter."),
        _and_back("office:unit"),
        bool(unit and unit.phone and unit.controller and _has_neutral_sender(unit)),
        unit.name if unit else "",
    )


def _has_neutral_sender(unit: Unit) -> bool:
    return any(name and not tells_matter(name) for name in (unit.sender, unit.controller))


def _places() -> Iterator[StartStep]:
    rooms = Count("rooms", filter=Q(rooms__is_active=True))
    points = ServicePoint.objects.in_use().annotate(open_rooms=rooms)
    counts = [point.open_rooms for point in points]
    yield StartStep(
        _("Service points"),
        _("Where the unit meets people, and how one gets there."),
        reverse("office:points"),
        bool(counts),
        ngettext("%(n)d service point", "%(n)d service points", len(counts)) % {"n": len(counts)},
    )
    count = sum(counts)
    yield StartStep(
        _("Rooms"),
        _("Every visit in person takes a room. Each service point needs one."),
        reverse("office:rooms"),
        bool(counts) and all(counts),
        ngettext("%(n)d room", "%(n)d rooms", count) % {"n": count},
    )


def _services() -> StartStep:
    counts = Service.objects.aggregate(
        used=Count("pk", filter=Q(is_active=True)), unread=Count("pk", filter=Q(awaits_check=True))
    )
    used, unread = counts["used"], counts["unread"]
    there = "office:services" if used else "office:ready_made"
    so_far = [ngettext("%(n)d service in use", "%(n)d services in use", used) % {"n": used}]
    if unread:
        so_far.append(ngettext("%(n)d to be read", "%(n)d to be read", unread) % {"n": unread})
    return StartStep(
        _("Services"),
        _("What can be booked, with its texts and its rules. You can begin with ready-made ones."),
        reverse("office:check_services" if unread else there),
        bool(used) and not unread,
        ", ".join(so_far),
    )


def _people() -> StartStep:
    own = Professional.objects.in_use().own().count()
    short = (
        Service.objects.in_use()
        .annotate(people=Count("professionals", filter=Q(professionals__is_active=True)))
        .filter(people__lt=F("professionals_needed"))
        .exists()
    )
    secretaries = User.objects.filter(is_active=True, roles__contains=[Role.SECRETARY])
    return StartStep(
        _("People"),
        _("A secretary who answers, and for each service those who give it."),
        reverse("office:people"),
        bool(own) and not short and secretaries.exists(),
        ngettext("%(n)d person", "%(n)d people", own) % {"n": own},
    )


def _valid_hours() -> QuerySet[WeeklyHours]:
    return WeeklyHours.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=clock.today()),
        professional__is_active=True,
        service_point__is_active=True,
    )


def _hours() -> StartStep:
    valid = _valid_hours().filter(professional=OuterRef("pk"))
    people = Professional.objects.in_use().own().annotate(has_hours=Exists(valid))
    have = list(people.values_list("has_hours", flat=True))
    return StartStep(
        _("Hours"),
        _("When each person can be booked, and where."),
        reverse("office:hours"),
        bool(have) and all(have),
        ngettext("%(n)d person with hours", "%(n)d people with hours", sum(have))
        % {"n": sum(have)},
    )


def _phone() -> StartStep:
    found = _valid_hours().filter(kind=HoursKind.PHONE).count()
    return StartStep(
        _("Phone hours"),
        _("The public pages tell when to call. They are hours of the kind “phone hours”."),
        reverse("office:hours"),
        bool(found),
    )


def _guidance() -> StartStep:
    links = GuidanceLink.objects.in_use()
    unread = links.filter(checked_on__isnull=True).count()
    count = links.count()
    return StartStep(
        _("Guidance and links"),
        _(
            "Where parents read on, and what the secretary sends. You can begin with ready-made ones."
        ),
        reverse("office:guidance" if count else "office:ready_made"),
        bool(count) and not unread,
        ngettext("%(n)d link to be opened", "%(n)d links to be opened", unread) % {"n": unread}
        if unread
        else "",
        is_needed=False,
    )


def _statements() -> StartStep:
    return StartStep(
        _("Privacy and accessibility"),
        _("The data protection officer and the dates that the law asks for."),
        _and_back("office:statements"),
        not PublicStatements.get().lacks,
    )


def _message(unit: Unit | None) -> StartStep:
    arrived = unit.message_arrived_at if unit else None
    return StartStep(
        _("A test message to yourself"),
        _("It must arrive before parents rely on messages from here."),
        reverse("office:test_message"),
        arrived is not None,
        _("Arrived %(when)s") % {"when": dates.when(arrived, get_language())} if arrived else "",
    )


def _opening(unit: Unit | None) -> StartStep:
    opens = unit.public_from if unit else None
    return StartStep(
        _("Open to the public"),
        _(
            "Until then visitors read kindly that the service is not open yet. You can close it again."
        ),
        _and_back("office:opening"),
        opens is not None,
        _("From %(when)s") % {"when": dates.when(opens, get_language())} if opens else "",
    )


def _and_back(name: str) -> str:
    """Return the address of a page with one form that leads back to the list; see office.ui.pages."""
    return f"{reverse(name)}?start"
