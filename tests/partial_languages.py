"""Help for tests of partial languages."""

import re
from html.parser import HTMLParser

from office.setup.partial_languages import mark_checked, version_now

_VOID = {"input", "br", "link", "meta", "path", "use", "img", "hr"}
_UNREAD = {"script", "style", "noscript"}
_SAID = ("aria-label", "title", "alt", "placeholder", "data-said", "data-five", "data-one")
# What is the same in every language.
_SAME = re.compile(r"Nollalinja|lastenvalvoja|Esc|QR|\S+[@/.]\S+|(\d+-)?[A-Z]{3}-\d+")


def check(code: str, otherwise: str = "fi") -> None:
    """Mark a language as checked, as it is now."""
    assert mark_checked(code, version=version_now(code), by="A translator", otherwise=otherwise)


class _Reader(HTMLParser):
    """Collects what is read out in one language; what is marked as another one is left out."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.open: list[tuple[str, str, bool]] = [("", "", True)]
        self.read: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        _tag, language, is_read = self.open[-1]
        language = given.get("lang") or language
        if language == self.language:
            self.read += [given[name] or "" for name in _SAID if name in given]
        if tag not in _VOID:
            self.open.append((tag, language, is_read and tag not in _UNREAD))

    def handle_endtag(self, tag: str) -> None:
        if any(tag == one for one, *_rest in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        tag, language, is_read = self.open[-1]
        if is_read and language == self.language:
            # The unit's name stands after a dash in every title.
            self.read.append(data.rpartition("–")[0] if tag == "title" else data)


def latin_words(page: str, language: str) -> list[str]:
    """Return words in Latin script that should have been translated, on a page in another script."""
    reader = _Reader(language)
    reader.feed(page)
    return re.findall(r"[A-Za-zÅÄÖåäö]{3,}", _SAME.sub(" ", " ".join(reader.read)))
