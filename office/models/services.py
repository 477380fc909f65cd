"""What the unit offers."""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office.models.agreements import AgreementKind

LETTERS = 6


def shortened(name: str) -> str:
    """Return the first word, cut after five letters with a full stop where it has more than six."""
    first = name.split(" ", 1)[0]
    return first if len(first) <= LETTERS else f"{first[: LETTERS - 1]}."


class Channel(models.TextChoices):
    IN_PERSON = "in_person", _("at a service point")
    PHONE = "phone", _("by phone")
    VIDEO = "video", _("by video")
    # At the family's home or elsewhere: staff alone book it, and no address is kept or sent.
    HOME_VISIT = "home", _("as a home visit")

    @classmethod
    def of_services(cls) -> list["Channel"]:
        """Return those in which a service can be asked for; a home visit is a staff's decision."""
        return [channel for channel in cls if channel is not cls.HOME_VISIT]


class _WithChannel(Protocol):
    @property
    def channel(self) -> str: ...


class HasChannel:
    """For what happens by one channel: pages ask these, and compare no codes."""

    @property
    def is_in_person(self: _WithChannel) -> bool:
        return self.channel == Channel.IN_PERSON

    @property
    def is_by_phone(self: _WithChannel) -> bool:
        return self.channel == Channel.PHONE

    @property
    def is_by_video(self: _WithChannel) -> bool:
        return self.channel == Channel.VIDEO

    @property
    def is_home_visit(self: _WithChannel) -> bool:
        return self.channel == Channel.HOME_VISIT


class Attendance(models.TextChoices):
    BOTH = "both", _("both parents, together by default")
    EITHER = "either", _("one parent or both")
    ONE = "one", _("one person")


class HomeForm(models.TextChoices):
    """What a parent may fill in at home, sealed, before the visit."""

    BACKGROUND = "background", _("background of the matter")
    MEANS = "means", _("means statement")
    CHILD = "child", _("the child's own view")


class OtherSide(models.TextChoices):
    """Who the other side of a matter usually is, where that is not the other parent.

    The values are those of the roles of parties: see bookings.models.Role.
    """

    POSSIBLE_FATHER = "father", _("possible father")
    HUSBAND = "husband", _("husband, presumed parent")


@dataclass(frozen=True)
class BringItem:
    """One thing to bring. `key` stands for it in every language, until the unit changes the thing."""

    key: str
    text: str


class ServiceQuerySet(models.QuerySet["Service"]):
    def in_use(self) -> "ServiceQuerySet":
        return self.filter(is_active=True)

    def online(self) -> "ServiceQuerySet":
        """Keep services for which a parent may ask for a time online."""
        return self.in_use().filter(asked_online=True)


class CheckedBeforeUse(models.Model):
    """Texts that were taken over ready-made: out of use until somebody of the unit has read them."""

    awaits_check = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        # Whoever takes it into use has read it.
        if getattr(self, "is_active", False):
            self.awaits_check = False


class Service(CheckedBeforeUse):
    """A service with its names and texts (fi, sv, en) and its rules for booking."""

    name = models.CharField(_("name"), max_length=120)
    # Six letters and a full stop: what fits a cell of the calendar.
    short_name = models.CharField(
        _("short name"),
        max_length=7,
        blank=True,
        default="",
        db_default="",
        help_text=_("For the calendar: six letters at most. Empty: the beginning of the name."),
    )
    slug = models.SlugField(_("address in links"), unique=True)
    matter = models.CharField(
        _("the matter in a parent's words"),
        max_length=120,
        help_text=_("As a parent would say it, for the front page."),
    )
    summary = models.CharField(_("in one sentence"), max_length=240)
    description = models.TextField(_("what it is"), blank=True)
    who_comes = models.TextField(_("who comes"), blank=True)
    what_to_bring = models.TextField(
        _("what to bring"), blank=True, help_text=_("One thing on a line.")
    )
    duration = models.PositiveSmallIntegerField(
        _("duration (minutes)"),
        default=60,
        validators=[MinValueValidator(5), MaxValueValidator(480)],
    )
    buffer_after = models.PositiveSmallIntegerField(
        _("buffer after (minutes)"), default=15, validators=[MaxValueValidator(120)]
    )
    channels = ArrayField(
        models.CharField(
            max_length=10, choices=[(one.value, one.label) for one in Channel.of_services()]
        ),
        verbose_name=_("channels"),
        default=list,
    )
    attendance = models.CharField(
        _("attendance"), max_length=8, choices=Attendance.choices, default=Attendance.BOTH
    )
    professionals_needed = models.PositiveSmallIntegerField(
        _("professionals"), default=1, choices=[(1, _("one")), (2, _("two (pair work)"))]
    )
    home_visits = models.BooleanField(
        _("also as a home visit"),
        default=False,
        db_default=False,
        help_text=_(
            "Booked by staff alone. No address is kept here: the place is agreed by phone, and letters "
            "say just that."
        ),
    )
    asked_online = models.BooleanField(_("may be asked for online"), default=True)
    suits_walk_in = models.BooleanField(_("suits the walk-in"), default=False)
    may_be_anonymous = models.BooleanField(_("may be anonymous"), default=False)
    agreements = ArrayField(
        models.CharField(max_length=14, choices=AgreementKind.choices),
        verbose_name=_("agreements"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Ticked beforehand when the outcome of such a visit is noted."),
    )
    home_forms = ArrayField(
        models.CharField(max_length=10, choices=HomeForm.choices),
        verbose_name=_("forms to fill in at home"),
        default=list,
        blank=True,
        db_default=[],
        help_text=_("Sealed: the parent opens them at the visit by six digits, or prints them."),
    )
    other_side = models.CharField(
        _("who the other side usually is"),
        max_length=8,
        choices=OtherSide.choices,
        blank=True,
        default="",
        db_default="",
        help_text=_("Filled in when a visit is booked at the desk. Empty: the other parent."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(professionals_needed__in=[1, 2]),
                name="a_service_needs_one_or_two_professionals",
            ),
            models.CheckConstraint(
                condition=Q(channels__contained_by=Channel.of_services()) & Q(channels__len__gt=0),
                name="a_service_has_at_least_one_known_channel",
                violation_error_message=_("Choose at least one channel."),
            ),
            models.CheckConstraint(
                condition=Q(home_forms__contained_by=list(HomeForm.values)),
                name="a_service_asks_for_known_forms",
            ),
            models.CheckConstraint(
                condition=Q(awaits_check=False) | Q(is_active=False),
                name="a_service_is_read_before_it_is_used",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def calendar_name(self) -> str:
        """The name in six letters: what the unit calls it, else the beginning of its name."""
        return self.short_name or shortened(self.name)

    @property
    def bring_list(self) -> list[str]:
        """The things to bring, one by one."""
        return _lines(self.what_to_bring)

    @property
    def bring_items(self) -> list[BringItem]:
        """The same as items that can be ticked off, in whatever language the page is read.

        A line stands for the Finnish one in its place, unless the texts have different numbers of lines.
        """
        shown, first = self.bring_list, _lines(getattr(self, "what_to_bring_fi", ""))
        keys = first if len(first) == len(shown) else shown
        pairs = zip(keys, shown, strict=True)
        return [BringItem(hashlib.sha256(k.encode()).hexdigest()[:12], text) for k, text in pairs]


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
