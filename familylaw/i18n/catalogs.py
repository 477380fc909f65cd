"""Translation catalogues without the gettext tools, which a bare machine does not have.

English is the language of the msgids and needs no catalogue. Catalogues are sorted, with files but
without line numbers or dates, so that two people who add strings seldom conflict. Those of partial
languages hold the strings of a few pages, and have to be complete for these.
"""

import io
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.utils.translation import to_locale
from django.utils.translation.reloader import translation_file_changed
from django.utils.translation.template import templatize

from familylaw.i18n.partial import has_partial_languages
from office.core.languages import PARTIAL

LANGUAGES = ("fi", "sv", *PARTIAL)
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_TEMPLATES = (".html", ".txt", ".subject", ".sms")
_LEFT_OUT = {"migrations", "__pycache__", "node_modules"}
_PLACE = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{\w*\}")
_HEADER = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: {language}\\n"
"Plural-Forms: nplurals={plurals}; plural={rule};\\n"

"""
# A singular, or singular and plural; None without a translation.
Words = str | Sequence[str] | None


def sources(root: Path) -> list[Path]:
    """Return our own Python files and templates, sorted."""
    tops = [Path(app.path) for app in apps.get_app_configs()]
    folders = {top for top in tops if top.parent == root} | {root / "templates"}
    return sorted(
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in (".py", *_TEMPLATES) and not _LEFT_OUT & set(path.parts)
    )


def extracted(root: Path, files: Iterable[Path] | None = None) -> Catalog:
    """Extract all strings of the files (or of all our sources), with their locations."""
    found = Catalog()
    for path in sources(root) if files is None else files:
        text = path.read_text(encoding="utf-8")
        if path.suffix in _TEMPLATES:
            text = _as_python(text, str(path))
        rows = extract(
            "python",
            io.BytesIO(text.encode()),
            keywords=_KEYWORDS,
            comment_tags=["Translators:"],
            strip_comment_tags=True,
        )
        for _, message, comments, context in rows:
            if message and message != ("",):
                found.add(
                    message,
                    locations=[(path.relative_to(root).as_posix(), 0)],
                    auto_comments=comments,
                    context=context,
                )
    return found


def _as_python(template: str, name: str) -> str:
    """Turn a template into Python calls, without indentation, which has no meaning there."""
    lines = templatize(template, origin=name).splitlines()
    return "\n".join(line.strip() for line in lines) + "\n"


def file_of(root: Path, language: str) -> Path:
    return root / "locale" / to_locale(language) / "LC_MESSAGES" / "django.po"


def _new(language: str) -> Catalog:
    """Return an empty catalogue, with the plural forms of the language: fi-simple has those of fi."""
    return Catalog(locale=_base(language))


def _base(language: str) -> str:
    return re.split(r"[-_]", language)[0]


def wanted(strings: Catalog, language: str) -> Catalog:
    """Return the strings that a language has to have: of a partial one those of its pages."""
    if language not in PARTIAL:
        return strings
    found = _new(language)
    for message in _messages(strings):
        locations = [place for place in message.locations if has_partial_languages(place[0])]
        if locations:
            found.add(
                message.id,
                locations=locations,
                auto_comments=message.auto_comments,
                context=message.context,
            )
    return found


def read(path: Path, language: str) -> Catalog:
    """Read a catalogue; an empty one where there is no file."""
    if not path.exists():
        return _new(language)
    with path.open("rb") as file:
        return read_po(file, locale=_base(language), abort_invalid=True)


def updated(strings: Catalog, known: Catalog, language: str) -> Catalog:
    """Return `strings` with their `known` translations; obsolete ones are dropped."""
    new = _new(language)
    for message in _messages(wanted(strings, language)):
        old = known.get(_key(message), message.context)
        keep = old is not None and bool(old.pluralizable) == bool(message.pluralizable)
        new.add(
            message.id,
            old.string if old and keep else "",
            locations=message.locations,
            auto_comments=message.auto_comments,
            user_comments=old.user_comments if old else (),
            flags={"fuzzy"} if old and old.fuzzy else (),
            context=message.context,
        )
    return new


def write(catalog: Catalog, path: Path, language: str) -> None:
    """Write a catalogue in its canonical form."""
    body = io.BytesIO()
    write_po(
        body,
        catalog,
        width=100,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    header = _HEADER.format(
        language=language, plurals=catalog.num_plurals, rule=catalog.plural_expr
    )
    _replace(path, header.encode() + body.getvalue().rstrip() + b"\n")


def update(root: Path) -> dict[str, int]:
    """Update all catalogues from the sources; return how many strings lack a translation."""
    strings = extracted(root)
    waiting = {}
    for language in LANGUAGES:
        path = file_of(root, language)
        catalog = updated(strings, read(path, language), language)
        write(catalog, path, language)
        waiting[language] = sum(1 for m in _messages(catalog) if not _complete(m, catalog))
    return waiting


def compile_all(root: Path) -> list[Path]:
    """Write the .mo files that are older than their .po; return which."""
    written = []
    for path in sorted((root / "locale").glob("*/LC_MESSAGES/*.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > path.stat().st_mtime_ns:
            continue
        body = io.BytesIO()
        write_mo(body, read(path, path.parent.parent.name))
        _replace(target, body.getvalue())
        written.append(target)
    if written:
        _forget_loaded(written[0])
    return written


def _forget_loaded(file: Path) -> None:
    """Make Django load the new files.

    Otherwise it would continue without them, and a first start would write the demo's Finnish
    messages in English.
    """
    translation_file_changed(sender=None, file_path=file)


def problems(root: Path) -> Iterator[str]:
    """Return what is missing or wrong in the catalogues, one line each."""
    strings = extracted(root)
    for language in LANGUAGES:
        path = file_of(root, language)
        for problem in faults(wanted(strings, language), read(path, language)):
            yield f"{language}: {problem}"


def faults(strings: Catalog, catalog: Catalog) -> Iterator[str]:
    """Return what is missing or wrong in one catalogue, given all strings."""
    for message in _messages(strings):
        entry = catalog.get(_key(message), message.context)
        where = message.locations[0][0] if message.locations else ""
        label = f"{_label(message)} ({where})"
        if entry is None or entry.id != message.id:
            yield f"missing {label}"
        elif not _complete(entry, catalog):
            yield f"empty {label}"
        elif entry.fuzzy:
            yield f"fuzzy {label}"
        elif not _same_places(entry):
            yield f"placeholders differ {label}"
    for message in _messages(catalog):
        if strings.get(_key(message), message.context) is None:
            yield f"obsolete {_label(message)}"


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _key(message: Message) -> str:
    """Return the key of a message in a catalogue: its singular."""
    return _words(message.id)[0]


def _label(message: Message) -> str:
    text = " ".join(_key(message).split())
    context = f"[{message.context}] " if message.context else ""
    return f"{context}“{text[:77] + '…' if len(text) > 78 else text}”"


def _words(text: Words) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def _complete(message: Message, catalog: Catalog) -> bool:
    words = _words(message.string)
    wanted = catalog.num_plurals if message.pluralizable else 1
    return len(words) == wanted and all(word.strip() for word in words)


def _places(text: str) -> Counter[str]:
    return Counter(_PLACE.findall(text))


def _same_places(message: Message) -> bool:
    """Say whether each translation has the msgid's placeholders; a singular may omit its number."""
    singular, *plural = (_places(text) for text in _words(message.id))
    first, *others = (_places(text) for text in _words(message.string))
    if not plural:
        return first == singular
    return first in (singular, plural[0]) and all(other == plural[0] for other in others)


def _replace(path: Path, content: bytes) -> None:
    """Write the file atomically, since other copies of the app may be reading or writing it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    mask = os.umask(0)
    os.umask(mask)
    Path(name).chmod(0o666 & ~mask)
    Path(name).replace(path)
