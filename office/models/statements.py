"""What the county itself says on the pages of privacy and accessibility. One row."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from office.core.set_up_cache import rows_kept_until_set_up_changes


class Accessibility(models.TextChoices):
    """How far the service meets the requirements, in the words of the Act's model statement."""

    FULL = "full", _("meets all requirements")
    PARTIAL = "partial", _("meets the requirements in part")
    NOT = "not", _("does not meet the requirements yet")


class PublicStatements(models.Model):
    register_name = models.CharField(_("name of the register"), max_length=160, blank=True)
    protection_officer = models.CharField(
        _("data protection officer"),
        max_length=200,
        blank=True,
        help_text=_("How to reach them: title, address, e-mail, phone."),
    )
    processors = models.TextField(
        _("who handles data for the county"),
        max_length=2000,
        blank=True,
        help_text=_(
            "One on a line: the hosting company, the mail service, the text message service, "
            "interpreters. Say it too where data leave the European Union."
        ),
    )
    privacy_updated = models.DateField(_("privacy page last checked on"), null=True, blank=True)
    accessibility = models.CharField(
        _("how accessible the service is"),
        max_length=8,
        choices=Accessibility.choices,
        default=Accessibility.PARTIAL,
        db_default=Accessibility.PARTIAL,
    )
    accessibility_faults = models.TextField(
        _("known faults"),
        max_length=3000,
        blank=True,
        help_text=_("One on a line: what does not work, for whom, and by when it is mended."),
    )
    assessed_by = models.CharField(
        _("who has assessed it"),
        max_length=200,
        blank=True,
        help_text=_("An outside expert and when. Empty: the developers themselves."),
    )
    accessibility_updated = models.DateField(
        _("accessibility statement made on"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("public statements")
        verbose_name_plural = _("public statements")

    def __str__(self) -> str:
        return "public statements"

    @classmethod
    def get(cls) -> "PublicStatements":
        """Return the row; a blank one where nothing is written yet."""
        return statements_row() or cls()

    @property
    def lacks(self) -> bool:
        """Whether the law wants more on the pages than stands there."""
        needed = (self.protection_officer, self.privacy_updated, self.accessibility_updated)
        return not all(needed)


@rows_kept_until_set_up_changes
def statements_row() -> PublicStatements | None:
    """Return the row, where it is written. One query."""
    return PublicStatements.objects.order_by("pk").first()
