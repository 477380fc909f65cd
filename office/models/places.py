"""Service points and their rooms."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office.core.contact_details import check_phone, check_postcode
from office.core.names import Alphabetical
from office.models.occupancy import Claim, Resource, ResourceKind


class ServicePointQuerySet(models.QuerySet["ServicePoint"]):
    def in_use(self) -> "ServicePointQuerySet":
        return self.filter(is_active=True)

    def giving(self, services: Iterable[Any], today: date) -> "ServicePointQuerySet":
        """Find where professionals who give all of `services` have hours, now or to come."""
        professionals = apps.get_model("office", "Professional").objects.in_use()
        return (
            self.in_use()
            .filter(
                Q(weekly_hours__valid_until__isnull=True) | Q(weekly_hours__valid_until__gte=today),
                weekly_hours__kind="appointments",
                weekly_hours__professional__in=professionals.giving(services),
            )
            .distinct()
        )


class ServicePoint(models.Model):
    """A place where the unit meets people."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address in links"), unique=True)
    street = models.CharField(_("street address"), max_length=160)
    postcode = models.CharField(_("postcode"), max_length=10, validators=[check_postcode])
    city = models.CharField(_("city"), max_length=80)
    getting_there = models.TextField(_("how to get there"), blank=True)
    accessibility = models.TextField(_("accessibility"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True, validators=[check_phone])
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ServicePointQuerySet.as_manager()

    class Meta:
        verbose_name = _("service point")
        verbose_name_plural = _("service points")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """Street, postcode and city on one line."""
        return f"{self.street}, {self.postcode} {self.city}"


class RoomQuerySet(models.QuerySet["Room"]):
    def open_between(self, start: datetime, end: datetime) -> "RoomQuerySet":
        """Find those in use that are not closed at any moment between `start` and `end`."""
        shut = RoomClosure.objects.filter(during__overlap=DateTimeTZRange(start, end))
        return self.filter(is_active=True).exclude(pk__in=shut.values("room"))


class Room(models.Model):
    """A room at a service point; it can be in one use at a time."""

    resource = models.OneToOneField(
        Resource, on_delete=models.CASCADE, primary_key=True, related_name="room"
    )
    service_point = models.ForeignKey(
        ServicePoint,
        on_delete=models.PROTECT,
        related_name="rooms",
        verbose_name=_("service point"),
    )
    name = models.CharField(_("name"), max_length=60)
    seats = models.PositiveSmallIntegerField(_("seats"), default=4)
    is_accessible = models.BooleanField(_("accessible with a wheelchair"), default=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["service_point", Alphabetical("name")]
        constraints = [
            models.UniqueConstraint(
                fields=["service_point", "name"],
                name="a_room_name_is_used_once_at_a_service_point",
                violation_error_message=_("This service point already has a room of that name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.resource_id is None:
            self.resource = Resource.objects.create(kind=ResourceKind.ROOM)
        super().save(*args, **kwargs)


class RoomClosure(models.Model):
    """A room that cannot be used for a time. It owns the room's time around what is already booked."""

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="closures", verbose_name=_("room")
    )
    during = DateTimeRangeField(_("during"))
    reason = models.CharField(_("reason"), max_length=60, blank=True, db_default="")
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="room_closure")

    class Meta:
        verbose_name = _("closure of a room")
        verbose_name_plural = _("closures of rooms")
        ordering = ["during", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(during__isempty=False)
                & Q(during__startswith__isnull=False)
                & Q(during__endswith__isnull=False),
                name="a_room_s_closure_has_a_beginning_and_an_end",
                violation_error_message=_("The closure must end after it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.during}"
