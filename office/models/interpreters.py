"""From whom the unit orders interpreters."""

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from office.core.contact_details import check_phone
from office.core.names import Alphabetical


class InterpreterAgencyQuerySet(models.QuerySet["InterpreterAgency"]):
    def in_use(self) -> "InterpreterAgencyQuerySet":
        return self.filter(is_active=True)


class InterpreterAgency(models.Model):
    """One agency, and where an interpreter is ordered there."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True, validators=[check_phone])
    email = models.EmailField(_("e-mail"), blank=True)
    order_page = models.URLField(
        _("address of its order page"),
        blank=True,
        max_length=500,
        validators=[URLValidator(schemes=["https"])],
    )
    for_sign_language = models.BooleanField(
        _("sign language interpreters"),
        default=False,
        help_text=_("It stands first where a sign language interpreter is needed."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = InterpreterAgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("interpreter agency")
        verbose_name_plural = _("interpreter agencies")
        ordering = [Alphabetical("name")]

    def __str__(self) -> str:
        return self.name
