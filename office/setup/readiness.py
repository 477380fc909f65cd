"""What a unit lacks before parents can be helped: somebody who answers, a place, a service, words."""

from collections.abc import Iterable

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from office.hooks import FIND_SHORTCOMINGS, Shortcoming
from office.models import (
    GuidanceLink,
    GuidanceSituation,
    Professional,
    Role,
    Service,
    ServicePoint,
    Unit,
    User,
)


def lacking() -> list[Shortcoming]:
    """Return what is not there at all, the gravest first. A fixed number of queries."""
    unit = Unit.objects.order_by("pk").first()
    found = [_no_settings()] if unit is None else list(_settings_left_out(unit))
    secretaries = User.objects.filter(is_active=True, roles__contains=[Role.SECRETARY])
    if not secretaries.exists():
        found.append(
            Shortcoming(
                reverse("office:users"),
                _("Nobody works as a secretary"),
                _("Nobody would answer what parents send."),
            )
        )
    if not ServicePoint.objects.in_use().exists():
        found.append(
            Shortcoming(
                reverse("office:points"),
                _("There is no service point"),
                _("Nobody can be met in person, and nobody finds the way."),
            )
        )
    unread = Service.objects.filter(awaits_check=True).count()
    if unread:
        found.append(
            Shortcoming(
                reverse("office:check_services"),
                ngettext(
                    "%(n)d ready-made service is to be read",
                    "%(n)d ready-made services are to be read",
                    unread,
                )
                % {"n": unread},
                _("Out of use until somebody has marked it as checked."),
            )
        )
    if not unread and not Service.objects.in_use().exists():
        found.append(
            Shortcoming(
                reverse("office:services"),
                _("There is no service"),
                _("Parents find nothing that they could ask for."),
            )
        )
    if not Professional.objects.in_use().own().exists():
        found.append(
            Shortcoming(
                reverse("office:people"),
                _("There is nobody to meet parents"),
                _("Add the professionals, then their hours."),
            )
        )
    for find in FIND_SHORTCOMINGS:
        found += find()
    return found


def _no_settings() -> Shortcoming:
    return Shortcoming(
        reverse("office:unit"),
        _("The unit has no settings yet"),
        _("The public pages need its name and its promise."),
    )


def _settings_left_out(unit: Unit) -> Iterable[Shortcoming]:
    url = reverse("office:unit")
    if not unit.phone:
        yield Shortcoming(
            url,
            _("The unit has no phone number"),
            _("Every page tells parents to call when something does not work."),
        )
    if not unit.controller:
        yield Shortcoming(
            url,
            _("The unit names no data controller"),
            _("The privacy page must say who is responsible for the data."),
        )


def untranslated() -> list[Shortcoming]:
    """Yield public texts that are in Finnish and lack Swedish: the law asks for both languages."""
    found = []
    for rows, fields, view in (
        (Unit.objects.all(), ("name", "controller"), "office:unit"),
        (
            ServicePoint.objects.in_use(),
            ("name", "street", "city", "getting_there"),
            "office:point",
        ),
        (Service.objects.in_use(), ("name", "summary", "matter"), "office:service"),
        (GuidanceSituation.objects.filter(is_active=True), ("name",), "office:situation"),
        (GuidanceLink.objects.filter(is_active=True), ("title", "summary"), "office:guidance_link"),
    ):
        for row in _without_swedish(rows, fields):
            found.append(
                Shortcoming(
                    reverse(view, args=[] if isinstance(row, Unit) else [row.pk]),
                    _("%(name)s: not in Swedish") % {"name": row},
                    _("Those who read Swedish see these texts in Finnish."),
                )
            )
    return found


def _without_swedish(rows: QuerySet[Model], fields: Iterable[str]) -> QuerySet[Model]:
    missing = Q()
    for field in fields:
        blank = Q(**{f"{field}_sv": ""}) | Q(**{f"{field}_sv__isnull": True})
        written = ~Q(**{f"{field}_fi": ""}) & Q(**{f"{field}_fi__isnull": False})
        missing |= blank & written
    return rows.filter(missing)
