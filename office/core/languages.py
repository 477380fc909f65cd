"""The languages in which the unit serves, and those that professionals and partners speak."""

from babel import Locale
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
# Languages in which somebody may serve, the unit's own first.
SPOKEN = ("fi", "sv", "en", "se", "ru", "et", "uk", "ar", "so", "fa", "ku", "sq", "vi", "th", "zh")


def spoken_name(code: str) -> str:
    """The language, named in the reader's language."""
    names = Locale.parse((get_language() or "fi").split("-")[0]).languages
    return capfirst(str(names.get(code, code)))


def spoken_choices(*more: str) -> list[tuple[str, str]]:
    """The languages to choose from, with those of `more` that the list lacks."""
    return [(code, spoken_name(code)) for code in dict.fromkeys((*SPOKEN, *more))]
