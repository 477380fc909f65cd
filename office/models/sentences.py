"""Sentences that the unit has written and checked once, to be added to letters by their names."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office.core.names import Alphabetical
from office.models.services import CheckedBeforeUse


class StandardSentenceQuerySet(models.QuerySet["StandardSentence"]):
    def in_use(self) -> "StandardSentenceQuerySet":
        return self.filter(is_active=True)


class StandardSentence(CheckedBeforeUse):
    """One sentence in three languages. It stands in e-mail, which anybody may see: see the form."""

    name = models.CharField(
        _("name"), max_length=60, unique=True, help_text=_("By this the secretary picks it.")
    )
    text = models.CharField(_("sentence"), max_length=300)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = StandardSentenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("standard sentence")
        verbose_name_plural = _("standard sentences")
        ordering = [Alphabetical("name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(awaits_check=False) | Q(is_active=False),
                name="a_standard_sentence_is_read_before_it_is_used",
            )
        ]

    def __str__(self) -> str:
        return self.name
