"""Evenings for separating parents: when, where, who holds them, how many people have room."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office.core.intervals import contains
from office.models import Claim, PartnerOrganisation, Professional, Room, ServicePoint
from office.models.guidance import check_address


class EveningKind(models.Model):
    """What an evening is about, written once for all its dates."""

    title = models.CharField(pgettext_lazy("of a text", "title"), max_length=120)
    summary = models.CharField(_("in one sentence"), max_length=240)
    description = models.TextField(_("what happens there"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("kind of evening")
        verbose_name_plural = _("kinds of evenings")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title


class EveningStatus(models.TextChoices):
    PLANNED = "planned", _("planned")
    PUBLISHED = "published", _("published")
    CANCELLED = "cancelled", _("cancelled")


class EveningQuerySet(models.QuerySet["Evening"]):
    def published(self) -> "EveningQuerySet":
        return self.filter(status=EveningStatus.PUBLISHED)

    def upcoming(self, now: datetime) -> "EveningQuerySet":
        """Keep those that have not ended, the next one first."""
        return self.filter(ends_at__gt=now).order_by("starts_at", "pk")

    def open_to_sign_up(self, now: datetime) -> "EveningQuerySet":
        return self.published().filter(sign_up_opens_at__lte=now, sign_up_closes_at__gt=now)

    def for_list(self) -> "EveningQuerySet":
        """Load all that a list of evenings shows."""
        return self.select_related("kind", "service_point").prefetch_related("organisers")


class Evening(models.Model):
    """One evening. `people` is kept by the database: those who have a place or are offered one."""

    kind = models.ForeignKey(EveningKind, on_delete=models.PROTECT, related_name="evenings")
    status = models.CharField(
        max_length=9, choices=EveningStatus.choices, default=EveningStatus.PLANNED
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    languages = ArrayField(
        models.CharField(max_length=2), verbose_name=_("languages"), default=list
    )
    # What differs this time, such as the topic; empty where the kind says it all.
    note = models.CharField(_("this time"), max_length=240, blank=True)
    # At a point of the unit, somewhere else, or by a link alone.
    service_point = models.ForeignKey(
        ServicePoint,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("service point"),
    )
    room = models.ForeignKey(
        Room,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("room"),
    )
    place = models.CharField(_("somewhere else"), max_length=200, blank=True)
    # Shown to those who have a place, from the day before.
    remote_link = models.CharField(
        _("remote link"), max_length=500, blank=True, validators=[check_address]
    )
    capacity = models.PositiveSmallIntegerField(
        _("room for people"), validators=[MinValueValidator(1)]
    )
    # Counted by a trigger on the sign-ups: see migration 0002. Nothing else writes it.
    people = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    sign_up_opens_at = models.DateTimeField(_("sign-up opens"))
    sign_up_closes_at = models.DateTimeField(_("sign-up closes"))
    organisers = models.ManyToManyField(
        PartnerOrganisation, blank=True, related_name="+", verbose_name=_("held together with")
    )
    professionals = models.ManyToManyField(
        Professional, blank=True, related_name="evenings", verbose_name=_("professionals")
    )
    # Who has proposed it by their link; None for the unit itself.
    proposed_by = models.ForeignKey(
        PartnerOrganisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    # Owns the busy time of professionals and room; None where it takes nobody's.
    claim = models.OneToOneField(
        Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="evening"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    # Numbers alone; None until somebody has counted.
    came_people = models.PositiveSmallIntegerField(_("people who came"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = EveningQuerySet.as_manager()

    class Meta:
        verbose_name = _("evening")
        verbose_name_plural = _("evenings")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="an_evening_ends_after_it_begins",
                violation_error_message=_("The evening must end after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1),
                name="an_evening_has_room_for_somebody",
                violation_error_message=_("There must be room for one person at least."),
            ),
            models.CheckConstraint(
                condition=Q(people__lte=F("capacity")),
                name="an_evening_takes_no_more_people_than_it_has_room_for",
                violation_error_message=_("More people have a place already."),
            ),
            models.CheckConstraint(
                condition=Q(sign_up_opens_at__lt=F("sign_up_closes_at"))
                & Q(sign_up_closes_at__lte=F("starts_at")),
                name="sign_up_closes_after_it_opens_and_before_the_evening",
                violation_error_message=_(
                    "Sign-up must close after it opens, and when the evening begins at the latest."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status="planned")
                | Q(status="cancelled")
                | Q(service_point__isnull=False)
                | ~Q(place="")
                | ~Q(remote_link=""),
                name="a_published_evening_says_where",
                violation_error_message=_("Say where the evening is, or give a remote link."),
            ),
            models.CheckConstraint(
                condition=Q(room__isnull=True) | Q(service_point__isnull=False),
                name="an_evening_in_a_room_is_at_its_point",
                violation_error_message=_("Choose the service point of the room."),
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) ^ Q(status="cancelled"),
                name="a_cancelled_evening_knows_when",
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | Q(claim__isnull=True),
                name="a_cancelled_evening_frees_its_time",
            ),
        ]
        indexes = [models.Index(fields=["status", "starts_at"], name="evening_by_status")]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_at:%Y-%m-%d}"

    @property
    def log_record(self) -> str:
        """Under which name those who have signed up stand in the access log."""
        return f"evening-{self.pk}"

    @property
    def is_planned(self) -> bool:
        """Whether staff alone see it."""
        return self.status == EveningStatus.PLANNED

    @property
    def is_published(self) -> bool:
        return self.status == EveningStatus.PUBLISHED

    @property
    def is_cancelled(self) -> bool:
        return self.status == EveningStatus.CANCELLED

    def is_ahead(self, now: datetime) -> bool:
        """Say whether it has neither begun nor been cancelled."""
        return not self.is_cancelled and now < self.starts_at

    @property
    def free_places(self) -> int:
        return self.capacity - self.people

    def is_open_to_sign_up(self, now: datetime) -> bool:
        return self.is_published and contains((self.sign_up_opens_at, self.sign_up_closes_at), now)
