"""The directory of partners: what each service is for, where it is, and how it is reached."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from office.models import PartnerOrganisation
from office.models.guidance import AddressCheck


class DirectoryEntryQuerySet(models.QuerySet["DirectoryEntry"]):
    def in_use(self) -> "DirectoryEntryQuerySet":
        return self.filter(is_active=True, organisation__is_active=True)

    def public(self) -> "DirectoryEntryQuerySet":
        """Keep those that everybody may read."""
        return self.in_use().filter(is_public=True)

    def open_to_referrals(self) -> "DirectoryEntryQuerySet":
        """Keep those that take people who are handed on with a slip."""
        return self.in_use().filter(takes_referrals=True)


class DirectoryEntry(models.Model):
    """One service of a partner organisation, as people who are sent there need it."""

    organisation = models.ForeignKey(
        PartnerOrganisation,
        on_delete=models.PROTECT,
        related_name="directory_entries",
        verbose_name=_("partner organisation"),
    )
    name = models.CharField(_("name"), max_length=120)
    for_whom = models.TextField(_("what people go there for"), blank=True)
    address = models.CharField(_("address"), max_length=160, blank=True)
    hours = models.CharField(_("when it is open"), max_length=160, blank=True)
    how = models.TextField(_("how to reach it"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(
        _("website"), max_length=500, blank=True, validators=[URLValidator(schemes=["https"])]
    )
    languages = ArrayField(
        models.CharField(max_length=5), verbose_name=_("languages of service"), default=list
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_public = models.BooleanField(_("on the public page"), default=True)
    takes_referrals = models.BooleanField(_("takes people whom we hand on"), default=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = DirectoryEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("service of a partner")
        verbose_name_plural = _("services of partners")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return str(self.name)

    @classmethod
    def is_any_public(cls) -> bool:
        return bool(cls.objects.public().exists())


class WebsiteCheck(AddressCheck):
    """The check of the website of a partner's service."""

    entry = models.OneToOneField(
        DirectoryEntry, on_delete=models.CASCADE, related_name="website_check"
    )

    class Meta:
        verbose_name = _("check of a partner's website")
        verbose_name_plural = _("checks of partners' websites")

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.finding or 'ok'}"
