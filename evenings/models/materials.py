"""What there is to read after an evening, and what a partner has given for that."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evenings.models.evenings import Evening
from office.models import PartnerOrganisation, User
from office.models.guidance import LanguageCheck, check_address


class EveningMaterial(models.Model):
    """Something to read after the evening, for those who had a place: a text, a link, or both."""

    evening = models.ForeignKey(Evening, on_delete=models.CASCADE, related_name="materials")
    title = models.CharField(pgettext_lazy("of a text", "title"), max_length=120)
    text = models.TextField(_("text"), blank=True)
    url = models.CharField(_("address"), max_length=300, blank=True, validators=[check_address])
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    # Who has added it, and looks after its address.
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("material of an evening")
        verbose_name_plural = _("materials of evenings")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                # Of what is not said the database would not know that it is empty.
                condition=(Q(text_fi__isnull=False) & ~Q(text_fi=""))
                | (Q(url_fi__isnull=False) & ~Q(url_fi="")),
                name="material_is_a_text_or_a_link",
                violation_error_message=_("Write a text or give an address."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class MaterialCheck(LanguageCheck):
    """The check of one address of a material."""

    material = models.ForeignKey(EveningMaterial, on_delete=models.CASCADE, related_name="checks")

    class Meta:
        verbose_name = _("check of a material")
        verbose_name_plural = _("checks of materials")
        constraints = [
            models.UniqueConstraint(
                fields=["material", "language"], name="an_address_of_a_material_has_one_check"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.material_id} {self.language}: {self.finding or 'ok'}"


class GivenMaterial(models.Model):
    """What a partner has given to read after an evening they hold: staff alone see it, and release it."""

    evening = models.ForeignKey(Evening, on_delete=models.CASCADE, related_name="given_materials")
    organisation = models.ForeignKey(
        PartnerOrganisation, on_delete=models.CASCADE, related_name="+"
    )
    title = models.CharField(pgettext_lazy("of a text", "title"), max_length=120)
    text = models.TextField(_("text"), blank=True)
    url = models.CharField(_("address"), max_length=300, blank=True, validators=[check_address])
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = _("material given by a partner")
        verbose_name_plural = _("materials given by partners")
        ordering = ["given_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") | ~Q(url=""),
                name="given_material_is_a_text_or_a_link",
                violation_error_message=_("Write a text or give an address."),
            )
        ]

    def __str__(self) -> str:
        return self.title
