"""Who works here, and with whom."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from office.core.contact_details import check_phone
from office.core.names import Alphabetical
from office.models.occupancy import Resource, ResourceKind
from office.models.places import ServicePoint
from office.models.services import Service


class Role(models.TextChoices):
    SECRETARY = "secretary", _("secretary")
    SUPERVISOR = "supervisor", _("child supervisor")
    GUIDE = "guide", _("guide")
    MANAGER = "manager", _("manager")
    PARTNER = "partner", _("partner professional")


class User(AbstractUser):
    """A member of staff who signs in. Parents have no account."""

    roles = ArrayField(
        models.CharField(max_length=12, choices=Role.choices),
        verbose_name=_("roles"),
        default=list,
        blank=True,
    )
    language = models.CharField(_("language"), max_length=2, default="fi")
    # Up to which row of the access log a manager has seen what others did to accounts.
    account_changes_seen = models.BigIntegerField(default=0, db_default=0, editable=False)
    # Raised, it ends every session and every link for setting a password at once and for good.
    session_epoch = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # The calendar as the user wants to find it: whose rows (nobody chosen means everybody's), how dense.
    calendar_people = ArrayField(
        models.BigIntegerField(), default=list, db_default=[], blank=True, editable=False
    )
    calendar_is_compact = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(roles__contained_by=list(Role.values)),
                name="a_user_has_only_known_roles",
            )
        ]

    def has_role(self, *roles: str) -> bool:
        return any(role in self.roles for role in roles)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Hash what a session must know to be the user's: Django's part, and how often all were ended."""
        kept: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        if not self.session_epoch:
            return kept
        return salted_hmac("office.session_epoch", f"{kept} {self.session_epoch}").hexdigest()

    @property
    def home_url(self) -> str:
        """Where the working day begins for this user."""
        for role, url in (
            (Role.SECRETARY, "/desk/"),
            (Role.SUPERVISOR, "/my-day/"),
            (Role.GUIDE, "/my-day/"),
            (Role.PARTNER, "/my-day/"),
            (Role.MANAGER, "/office/"),
        ):
            if role in self.roles:
                return url
        return "/"


class PartnerOrganisation(models.Model):
    """Another unit whose professionals join as the second of a pair."""

    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True, validators=[check_phone])
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("partner organisation")
        verbose_name_plural = _("partner organisations")
        ordering = [Alphabetical("name")]

    def __str__(self) -> str:
        return self.name


class ProfessionalQuerySet(models.QuerySet["Professional"]):
    def in_use(self) -> "ProfessionalQuerySet":
        return self.filter(is_active=True)

    def giving(self, services: Iterable[Any]) -> "ProfessionalQuerySet":
        """Return those who give all of `services`."""
        found = self
        for service in services:
            found = found.filter(services=service)
        return found

    def own(self) -> "ProfessionalQuerySet":
        """Keep the unit's own staff, partners left out."""
        return self.filter(organisation__isnull=True)

    def partners(self) -> "ProfessionalQuerySet":
        """Keep colleagues of other organisations, who join as the second of a pair."""
        return self.filter(organisation__isnull=False)


class Professional(models.Model):
    """Somebody whose time can be booked, or who keeps phone or walk-in hours."""

    resource = models.OneToOneField(
        Resource, on_delete=models.CASCADE, primary_key=True, related_name="professional"
    )
    user = models.OneToOneField(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="professional",
        verbose_name=_("user"),
    )
    organisation = models.ForeignKey(
        PartnerOrganisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="professionals",
        verbose_name=_("partner organisation"),
    )
    name = models.CharField(_("name"), max_length=120)
    title = models.CharField(_("title"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True, validators=[check_phone])
    languages = ArrayField(
        models.CharField(max_length=5), verbose_name=_("languages"), default=list
    )
    services = models.ManyToManyField(
        Service, blank=True, related_name="professionals", verbose_name=_("services")
    )
    service_points = models.ManyToManyField(
        ServicePoint, blank=True, related_name="professionals", verbose_name=_("service points")
    )
    # Where this professional always meets by video; empty where a link is typed for each visit.
    video_room = models.URLField(
        _("own video room"), max_length=500, blank=True, default="", db_default=""
    )
    is_active = models.BooleanField(_("in use"), default=True)
    # The private calendar feed; None where the professional has none.
    feed_nonce = models.CharField(max_length=32, blank=True)
    feed_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)

    objects = ProfessionalQuerySet.as_manager()

    class Meta:
        verbose_name = _("professional")
        verbose_name_plural = _("professionals")
        ordering = [Alphabetical("name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(video_room="") | Q(video_room__startswith="https://"),
                name="a_video_room_is_encrypted",
                violation_error_message=_("The address must begin with https://."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.resource_id is None:
            self.resource = Resource.objects.create(kind=ResourceKind.PROFESSIONAL)
        super().save(*args, **kwargs)
