"""What a service point's walk-in has: rules, desks and destinations for referrals."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from office.models import Room, ServicePoint


class PointRules(models.Model):
    """The rules of one point's walk-in. Without a row, the defaults apply."""

    service_point = models.OneToOneField(
        ServicePoint, on_delete=models.CASCADE, related_name="walk_in_rules"
    )
    visit_minutes = models.PositiveSmallIntegerField(
        _("a visit is meant to take (minutes)"),
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(120)],
    )
    opens_by_itself = models.BooleanField(_("opens by itself"), default=True)
    opens_early_minutes = models.PositiveSmallIntegerField(
        _("numbers are given before the hours begin (minutes)"),
        default=15,
        validators=[MaxValueValidator(120)],
    )
    closes_when_full = models.BooleanField(
        _("stops giving numbers when the people waiting fill the time"), default=True
    )
    calls = models.PositiveSmallIntegerField(
        _("a number is called (times)"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    # As long as it takes to get up and come; a key pressed twice does not cost anybody their turn.
    call_gap_seconds = models.PositiveSmallIntegerField(
        _("between two calls of a number there are at least (seconds)"),
        default=30,
        db_default=30,
        validators=[MinValueValidator(10), MaxValueValidator(300)],
    )
    step_backs = models.PositiveSmallIntegerField(
        _("after a no-show a number steps back (times)"),
        default=1,
        validators=[MaxValueValidator(3)],
    )
    step_back_minutes = models.PositiveSmallIntegerField(
        _("and lets others go first (minutes)"), default=10, validators=[MaxValueValidator(60)]
    )
    more_minutes = models.PositiveSmallIntegerField(
        _("“more time” means (minutes)"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    more_times = models.PositiveSmallIntegerField(
        _("more time may be asked for (times)"), default=2, validators=[MaxValueValidator(5)]
    )
    by_matter = models.BooleanField(
        _("numbers go to professionals who offer the service"), default=True
    )
    by_language = models.BooleanField(
        _("numbers go to professionals who speak the language"), default=True
    )
    booked_margin_minutes = models.PositiveSmallIntegerField(
        _("no new number is called before an appointment (minutes)"),
        default=10,
        validators=[MaxValueValidator(60)],
    )
    booked_wait_minutes = models.PositiveSmallIntegerField(
        _("an appointment is waited for (minutes)"), default=15, validators=[MaxValueValidator(60)]
    )
    about = models.TextField(
        _("what this walk-in is"),
        blank=True,
        help_text=_("In plain words for the public page: who is there, and for what one comes."),
    )
    be_back_minutes = models.PositiveSmallIntegerField(
        _("“be back by” is earlier than the earliest call by (minutes)"),
        default=10,
        validators=[MaxValueValidator(60)],
    )

    # With a printer and a browser that prints without asking.
    prints_slips = models.BooleanField(
        _("the kiosk prints each slip by itself"), default=False, db_default=False
    )

    class Meta:
        verbose_name = _("rules of the walk-in")
        verbose_name_plural = _("rules of the walk-ins")

    def __str__(self) -> str:
        return f"rules {self.service_point_id}"

    @classmethod
    def of(cls, point: int) -> "PointRules":
        """Return the rules of a service point, or the defaults."""
        return cls.objects.filter(service_point=point).first() or cls(service_point_id=point)


class DeskQuerySet(models.QuerySet["Desk"]):
    def in_use(self) -> "DeskQuerySet":
        return self.filter(is_active=True)


class Desk(models.Model):
    """Where a ticket is called to, such as “1” or “Kioski”."""

    service_point = models.ForeignKey(
        ServicePoint,
        on_delete=models.PROTECT,
        related_name="desks",
        verbose_name=_("service point"),
    )
    name = models.CharField(_("name"), max_length=20)
    room = models.ForeignKey(
        Room,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="desks",
        verbose_name=_("room"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = DeskQuerySet.as_manager()

    class Meta:
        verbose_name = _("desk")
        verbose_name_plural = _("desks")
        ordering = ["service_point", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["service_point", "name"],
                name="a_desk_name_is_used_once_at_a_service_point",
                violation_error_message=_("This service point already has a desk of that name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Destination(models.Model):
    """Another agency in the building to which people are referred."""

    service_point = models.ForeignKey(
        ServicePoint,
        on_delete=models.CASCADE,
        related_name="destinations",
        verbose_name=_("service point"),
    )
    name = models.CharField(_("name"), max_length=120)
    where = models.CharField(_("where"), max_length=160)
    hours = models.CharField(_("when it is open"), max_length=120, blank=True)
    for_whom = models.CharField(_("what people go there for"), max_length=160, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("agency to refer to")
        verbose_name_plural = _("agencies to refer to")
        ordering = ["service_point", "order", "pk"]

    def __str__(self) -> str:
        return self.name
