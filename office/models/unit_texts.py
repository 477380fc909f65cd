"""The unit's own texts, such as the names of its services, in the partial languages."""

from collections.abc import Mapping
from functools import lru_cache

from django.db import models
from django.utils.translation import gettext_lazy as _

from office.core.languages import PARTIAL, active_partial
from office.models.unit import Unit

LONGEST = 500
# For the states of all languages before and after a change.
_KEPT = 2 * len(PARTIAL)


class UnitText(models.Model):
    """One text of the unit in a partial language; empty where it is to stay in Finnish.

    It belongs to the Finnish text, whichever row has that: once that is changed, this is not shown.
    """

    language = models.CharField(max_length=12)
    finnish = models.CharField(max_length=LONGEST)
    text = models.CharField(max_length=LONGEST, blank=True)
    # Somebody who knows the language has read it as it is now. Nothing else is shown.
    is_checked = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("text of the unit in another language")
        verbose_name_plural = _("texts of the unit in other languages")
        ordering = ["language", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["language", "finnish"], name="a_text_of_the_unit_is_translated_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.pk}"


def translated(text: str) -> str:
    """Translate the unit's text into the active partial language if checked; empty otherwise."""
    code = active_partial()
    return _checked_texts(code).get(text, "") if code else ""


def _checked_texts(code: str) -> Mapping[str, str]:
    """Return the texts as Unit.get last saw them: pages read the unit, and a change gives a new mark."""
    mark = Unit.known_languages.get(code, {}).get("own", "")
    return _read(code, mark) if mark else {}


@lru_cache(maxsize=_KEPT)
def _read(code: str, mark: str) -> dict[str, str]:
    checked = UnitText.objects.filter(language=code, is_checked=True).exclude(text="")
    return dict(checked.values_list("finnish", "text"))
