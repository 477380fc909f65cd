"""Partial languages: their texts as somebody checks them, and that they were checked."""

import hashlib
import json
import secrets
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.conf import settings
from django.db import transaction

from office import hooks
from office.core import clock, languages
from office.core.languages import PARTIAL, PartialLanguage, catalog_path
from office.models import Service, ServicePoint, Unit, UnitText
from office.models.unit_texts import LONGEST

READY_MADE = Path(__file__).parent / "ready_made_texts.toml"


@dataclass(frozen=True)
class Text:
    """One text to check: the forms that it has, in Finnish and in the partial language."""

    finnish: tuple[str, ...]
    translations: tuple[str, ...]


@dataclass(frozen=True)
class OwnText:
    """A text that the unit has written itself; `text` is empty where it stays in Finnish."""

    finnish: str
    text: str
    is_checked: bool

    @property
    def is_shown(self) -> bool:
        return self.is_checked and bool(self.text)


@dataclass(frozen=True)
class LanguageStatus:
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


def language_statuses(unit: Unit) -> list[LanguageStatus]:
    return [language_status(unit, code) for code in PARTIAL]


def language_status(unit: Unit, code: str) -> LanguageStatus:
    checked = unit.checked_languages.get(code, {})
    known = {name: checked[name] for name in ("by", "on", "otherwise") if name in checked}
    return LanguageStatus(PARTIAL[code], unit.offers(code), **known)


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


def finnish_texts() -> list[str]:
    """List what the unit itself has written for these pages, each text once, in the order of services."""
    found: list[str] = []
    for service in Service.objects.in_use():
        found += [service.name_fi, service.matter_fi, service.summary_fi]
        found += (service.what_to_bring_fi or "").splitlines()
    found += ServicePoint.objects.in_use().values_list("name_fi", flat=True)
    for source in hooks.UNIT_TEXTS:
        found += source()
    stripped = (text.strip() for text in found if text)
    return [text for text in dict.fromkeys(stripped) if text and len(text) <= LONGEST]


def own_texts(code: str, finnish: Sequence[str] | None = None) -> list[OwnText]:
    """Return the unit's own texts as they are now; a ready-made one where nobody has written any yet.

    `finnish`: the result of finnish_texts, where it is known.
    """
    rows = {row.finnish: row for row in UnitText.objects.filter(language=code)}
    ready = ready_made(code)
    return [
        OwnText(text, rows[text].text, rows[text].is_checked)
        if text in rows
        else OwnText(text, ready.get(text, ""), is_checked=False)
        for text in (finnish_texts() if finnish is None else finnish)
    ]


def ready_made(code: str) -> dict[str, str]:
    """Read the translations of the program's ready-made services and points, by their Finnish text."""
    with READY_MADE.open("rb") as file:
        rows = tomllib.load(file)["text"]
    return {row["fi"]: row[code] for row in rows if row.get(code)}


def version_now(code: str) -> str:
    """Hash all that the checker of the language has before them: our texts and the unit's own."""
    own = [(row.finnish, row.text) for row in own_texts(code)]
    return hashlib.sha256((languages.texts_version(code) + json.dumps(own)).encode()).hexdigest()


@transaction.atomic
def save_own_texts(code: str, texts: Mapping[str, str]) -> int:
    """Save translations by their Finnish text, to be checked; how many have changed."""
    unit = _locked_unit()
    known = {row.finnish: row.text for row in own_texts(code)}
    changed = {finnish: text for finnish, text in texts.items() if known.get(finnish, "") != text}
    for finnish, text in changed.items():
        UnitText.objects.update_or_create(
            language=code, finnish=finnish, defaults={"text": text, "is_checked": False}
        )
    if changed and unit is not None and code in unit.checked_languages:
        _save(unit, code, {**unit.checked_languages[code], "own": _new_mark()})
    return len(changed)


@transaction.atomic
def mark_checked(code: str, *, version: str, by: str, otherwise: str) -> bool:
    """Show a partial language; False, and nothing is done, where another version was read."""
    unit = _locked_unit()
    if unit is None or version != version_now(code):
        return False
    for row in own_texts(code):
        UnitText.objects.update_or_create(
            language=code,
            finnish=row.finnish,
            defaults={"text": row.text, "is_checked": bool(row.text)},
        )
    _save(
        unit,
        code,
        {
            "texts": languages.texts_version(code),
            "own": _new_mark(),
            "by": by,
            "on": clock.today().isoformat(),
            "otherwise": otherwise,
        },
    )
    return True


@transaction.atomic
def withdraw(code: str) -> None:
    """Stop showing a partial language."""
    unit = _locked_unit()
    if unit is not None:
        _save(unit, code, None)


def _locked_unit() -> Unit | None:
    return Unit.objects.select_for_update().order_by("pk").first()


def _new_mark() -> str:
    """Return a mark that no earlier state of the texts has had."""
    return secrets.token_hex(8)


def _save(unit: Unit, code: str, checked: dict[str, str] | None) -> None:
    others = {key: known for key, known in unit.checked_languages.items() if key != code}
    unit.checked_languages = others if checked is None else {**others, code: checked}
    unit.save(update_fields=["checked_languages"])
