"""The unit's library of guidance: where to read on, by situation and service."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from office.models.people import User
from office.models.services import Service


def check_address(value: str) -> None:
    """Raise ValidationError unless the address is one that parents may be sent to: https, no sign-in."""
    message = _("Give the whole address, beginning with https://.")
    try:
        URLValidator(schemes=["https"])(value)
        parts = urlsplit(value)
    except (ValidationError, ValueError) as error:
        raise ValidationError(message, code="address") from error
    if "@" in parts.netloc:
        raise ValidationError(message, code="address")


class InUse(models.QuerySet["GuidanceSituation"]):
    def in_use(self) -> "InUse":
        return self.filter(is_active=True)


class GuidanceSituation(models.Model):
    """A situation in plain words, such as "We are about to separate"."""

    name = models.CharField(_("situation"), max_length=120)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = InUse.as_manager()

    class Meta:
        verbose_name = _("situation")
        verbose_name_plural = _("situations")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class GuidanceLinkQuerySet(models.QuerySet["GuidanceLink"]):
    def in_use(self) -> "GuidanceLinkQuerySet":
        return self.filter(is_active=True)

    def without_owner(self) -> "GuidanceLinkQuerySet":
        """Keep links that nobody looks after, or only somebody who has left."""
        return self.exclude(owner__is_active=True)


class GuidanceLink(models.Model):
    """A page of somebody's that helps parents on, with its address in each language."""

    title = models.CharField(_("heading"), max_length=120)
    summary = models.CharField(_("what one finds there"), max_length=240, blank=True)
    url = models.CharField(_("address"), max_length=300, validators=[check_address])
    services = models.ManyToManyField(
        Service, blank=True, related_name="guidance", verbose_name=_("services")
    )
    situations = models.ManyToManyField(
        GuidanceSituation, blank=True, related_name="links", verbose_name=_("situations")
    )
    # When somebody of the unit last saw that the addresses lead where they should.
    checked_on = models.DateField(_("addresses checked on"), null=True, blank=True)
    owner = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("looked after by"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = GuidanceLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("guidance link")
        verbose_name_plural = _("guidance links")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title


class AddressCheck(models.Model):
    """What the monthly machine check found behind one address."""

    class Finding(models.TextChoices):
        ADDRESS = "address", _("an address that is never opened from here")
        CERTIFICATE = "certificate", _("its certificate is not valid")
        GONE = "gone", _("there is no such page")
        MOVED = "moved", _("it leads to another page now")
        REFUSED = "refused", _("it does not answer to programs: open it yourself")
        FAILED = "failed", _("its server has failed")
        SLOW = "slow", _("it does not answer in time")
        UNREACHABLE = "unreachable", _("it cannot be reached from here")

    # As it was when it was checked: what has changed since is checked anew.
    url = models.CharField(max_length=500)
    checked_at = models.DateTimeField()
    # Empty: the page answers.
    finding = models.CharField(max_length=12, choices=Finding.choices, blank=True)
    # How many checks in a row have found something.
    failures = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()

    class Meta:
        abstract = True


class LanguageCheck(AddressCheck):
    """The check of one address of what has an address in each language."""

    language = models.CharField(max_length=2)

    class Meta:
        abstract = True


class LinkCheck(LanguageCheck):
    """The check of one address of a link."""

    link = models.ForeignKey(GuidanceLink, on_delete=models.CASCADE, related_name="checks")
    url = models.CharField(max_length=300)

    class Meta:
        verbose_name = _("check of a link")
        verbose_name_plural = _("checks of links")
        constraints = [
            models.UniqueConstraint(
                fields=["link", "language"], name="an_address_of_a_link_has_one_check"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.link_id} {self.language}: {self.finding or 'ok'}"
