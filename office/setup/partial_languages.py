"""Partial languages: their texts as somebody checks them, and that they were checked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.conf import settings
from django.db import transaction

from office.core import clock, languages
from office.core.languages import PARTIAL, PartialLanguage, catalog_path
from office.models import Unit


@dataclass(frozen=True)
class Text:
    """One text to check: the forms that it has, in Finnish and in the partial language."""

    finnish: tuple[str, ...]
    translations: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """What is known of one partial language: who has checked it, when, and whether that still holds."""

    language: PartialLanguage
    is_offered: bool
    by: str = ""
    on: str = ""
    otherwise: str = "fi"

    @property
    def has_changed(self) -> bool:
        """Whether it was checked, and texts have changed since."""
        return bool(self.by) and not self.is_offered


def standings(unit: Unit) -> list[Standing]:
    return [standing(unit, code) for code in PARTIAL]


def standing(unit: Unit, code: str) -> Standing:
    checked = unit.checked_languages.get(code, {})
    known = {name: checked[name] for name in ("by", "on", "otherwise") if name in checked}
    return Standing(PARTIAL[code], unit.offers(code), **known)


def texts(code: str) -> Iterator[Text]:
    """Return all texts of a partial language, as the catalogue has them."""
    finnish = _catalog("fi")
    for message in _catalog(code):
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            known = finnish.get(key, message.context)
            yield Text(_forms(known.string if known else key), _forms(message.string))


def _catalog(code: str) -> Catalog:
    with catalog_path(Path(settings.BASE_DIR), code).open("rb") as file:
        return read_po(file, locale=code.partition("-")[0])


def _forms(words: str | Sequence[str] | None) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words or ())


@transaction.atomic
def mark_checked(code: str, *, version: str, by: str, otherwise: str) -> bool:
    """Show a partial language; False, and nothing is done, where another version was read."""
    if version != languages.texts_version(code):
        return False
    _save(
        code,
        {
            "texts": version,
            "by": by,
            "on": clock.today().isoformat(),
            "otherwise": otherwise,
        },
    )
    return True


@transaction.atomic
def withdraw(code: str) -> None:
    """Stop showing a partial language."""
    _save(code, None)


def _save(code: str, checked: dict[str, str] | None) -> None:
    unit = Unit.objects.select_for_update().order_by("pk").first()
    if unit is None:
        return
    others = {key: known for key, known in unit.checked_languages.items() if key != code}
    unit.checked_languages = others if checked is None else {**others, code: checked}
    unit.save(update_fields=["checked_languages"])
