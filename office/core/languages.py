"""The languages of the unit: full ones, partial ones of a few public pages, and spoken ones.

A full language has every page. A partial one has the pages and reminders of familylaw/i18n/partial.py,
and is shown only after the unit has had its texts checked (`Unit.offered_languages`). Its readers get a
full language elsewhere.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext_lazy, to_locale
from django.utils.translation import gettext_lazy as _

LANGUAGES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
FULL = tuple(code for code, _name in LANGUAGES)
# Languages in which somebody may serve, the unit's own first.
SPOKEN = ("fi", "sv", "en", "se", "ru", "et", "uk", "ar", "so", "fa", "ku", "sq", "vi", "th", "zh")
_RIGHT_TO_LEFT = frozenset({"ar"})


@dataclass(frozen=True)
class PartialLanguage:
    """A language of a few public pages. `code` is also its tag in HTML; `own_name` is in itself."""

    code: str
    name: str | Promise
    own_name: str

    @property
    def direction(self) -> str:
        return direction(self.code)


# "simple" is a registered variant (BCP 47), which screen readers take for Finnish.
PARTIAL = {
    one.code: one
    for one in (
        PartialLanguage("fi-simple", pgettext_lazy("language", "easy Finnish"), "Selkosuomi"),
        PartialLanguage("et", pgettext_lazy("language", "Estonian"), "Eesti"),
        PartialLanguage("ru", pgettext_lazy("language", "Russian"), "Русский"),
        PartialLanguage("uk", pgettext_lazy("language", "Ukrainian"), "Українська"),
        PartialLanguage("ar", pgettext_lazy("language", "Arabic"), "العربية"),
        PartialLanguage("so", pgettext_lazy("language", "Somali"), "Soomaali"),
    )
}


@dataclass(frozen=True)
class Reading:
    """A full language for everything, and a partial one for the pages and reminders that have it."""

    language: str
    reads: str = ""


def reads_label(code: str) -> str:
    """Name a partial language in the current language; empty for any other code."""
    return str(PARTIAL[code].name) if code in PARTIAL else ""


def spoken_name(code: str) -> str:
    """Name the language in the reader's language."""
    names = Locale.parse((get_language() or "fi").split("-")[0]).languages
    return capfirst(str(names.get(code, code)))


def spoken_choices(*more: str) -> list[tuple[str, str]]:
    """Return the languages to choose from, with those of `more` that the list lacks."""
    return [(code, spoken_name(code)) for code in dict.fromkeys((*SPOKEN, *more))]


def direction(code: str | None) -> str:
    """Return the direction of writing, as the attribute `dir` names it."""
    return "rtl" if code in _RIGHT_TO_LEFT else "ltr"


def active_partial() -> str:
    """Return the code of the partial language of now; empty in a full one."""
    code = get_language()
    return code if code in PARTIAL else ""


def catalog_path(root: Path, code: str) -> Path:
    return root / "locale" / to_locale(code) / "LC_MESSAGES" / "django.po"


@cache
def texts_version(code: str) -> str:
    """Return a hash of a partial language's texts, the originals and the translations.

    It changes with every text: what was checked before is not what would be shown. Read once a process.
    """
    return version_of(catalog_path(Path(settings.BASE_DIR), code).read_text(encoding="utf-8"))


def version_of(catalog: str) -> str:
    """Return the hash of a catalogue without its comments, which say where a text stands."""
    lines = (line for line in catalog.splitlines() if line and not line.startswith("#"))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def chosen(codes: Iterable[str], wanted: str) -> str:
    """Return the one of the codes that a tag such as ar-EG means; empty where none does."""
    tag = wanted.lower()
    known = set(codes)
    return next((code for code in (tag, tag.partition("-")[0]) if code in known), "")
