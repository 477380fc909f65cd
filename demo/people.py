"""Invented parents: names, contact details and needs."""

import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

_FILE = Path(__file__).parent / "names.toml"
NICKNAMES = ["Huoli", "Meri", "Kettu", "Syystuuli", "Anonyymi 7", "Pilvi", "Vän", "Sade"]


@dataclass(frozen=True)
class DemoParent:
    """A party's details and contact channels."""

    name: str
    phone: str = ""
    email: str = ""
    call_is_safe: bool = False
    voicemail_is_safe: bool = False
    sms_is_safe: bool = False
    email_is_safe: bool = False
    language: str = "fi"
    interpreter: str = ""
    needs: str = ""
    message: str = ""
    is_protected: bool = False


def ascii_of(text: str) -> str:
    """Return the text in letters that an e-mail address allows."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", ".")


class Parents:
    """Deals out parents, each with their own name and number as long as there are any."""

    def __init__(self, random: Random, first_number: int = 100) -> None:
        self._random = random
        words = {key: text.split() for key, text in tomllib.loads(_FILE.read_text()).items()}
        self._names = {
            "fi": self._all(words["first_fi"], words["last_fi"]),
            "sv": self._all(words["first_sv"], words["last_sv"]),
            "en": self._all(words["first_other"], words["last_other"]),
        }
        self._number = first_number
        self._seen: set[str] = set()

    def _all(self, first: list[str], last: list[str]) -> Iterator[str]:
        names = [f"{a} {b}" for a in first for b in last]
        while True:
            self._random.shuffle(names)
            yield from names

    def one(self, language: str) -> DemoParent:
        """Return a parent who may be sent messages."""
        name = next(self._names[language])
        self._number += 1
        by_email = self._random.random() < 0.85
        # Namesakes get other details: the desk would take shared ones for a duplicate request.
        namesake = str(self._number) if name in self._seen else ""
        self._seen.add(name)
        return DemoParent(
            name=name,
            phone=f"+35840{self._number:07}",
            email=f"{ascii_of(name)}{namesake}@example.org",
            call_is_safe=self._random.random() < 0.7,
            email_is_safe=by_email,
            sms_is_safe=not by_email or self._random.random() < 0.5,
            language=language,
        )

    def anonymous(self, language: str) -> DemoParent:
        """Return a parent with a nickname only."""
        return DemoParent(name=self._random.choice(NICKNAMES), language=language)

    def couple(self, language: str) -> tuple[DemoParent, DemoParent]:
        """Return two parents; sometimes one speaks another language, or has a need."""
        first, second = self.one(language), self.one(language)
        if self._random.random() < 0.08:
            second = replace(self.one("en"), interpreter=self._random.choice(["ar", "ru"]))
        if self._random.random() < 0.05:
            first = replace(first, needs="Liikun pyörätuolilla.")
        return first, second
