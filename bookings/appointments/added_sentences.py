"""A sentence that the secretary adds to what is declined, cancelled or moved.

Both parents read the same. One of the unit's standard sentences, which the manager has checked, stands in
the e-mail too; own words stand behind the personal link alone, and the e-mail says that they are there.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import get_language

from bookings.models import AddedSentence, Appointment, AppointmentEvent, EventKind, Party
from office.calendar.occupancy import retrying
from office.core import phones
from office.core.names import folded
from office.core.neutral import tells_matter
from office.models import StandardSentence

R = TypeVar("R")

LONGEST = 300
# Of a number that somebody is called by so many of the last digits are enough to know it.
TELLING_DIGITS = 6
NAME_AT_LEAST = 3
# From so many letters on a name is known with an ending as well: "Virtalan".
INFLECTED_AT_LEAST = 5


@dataclass(frozen=True)
class Words:
    """What is added: by language, and whether it is a standard sentence."""

    texts: Mapping[str, str]
    is_standard: bool

    @classmethod
    def standard(cls, sentence: StandardSentence) -> "Words":
        languages = ("fi", "sv", "en")
        texts = {code: getattr(sentence, f"text_{code}") or sentence.text for code in languages}
        return cls(texts, is_standard=True)

    @classmethod
    def own(cls, text: str, language: str) -> "Words":
        return cls({language: text}, is_standard=False)


# What is being added to the letters that are written now.
_words: ContextVar[Words | None] = ContextVar("words", default=None)


@retrying
def adding(words: Words | None, appointment_id: int, action: Callable[[], R]) -> R:
    """Run an action that declines, cancels or moves, with `words` in its letters; keep them beside it."""
    if words is None:
        return action()
    before = _notified_events(appointment_id).first()
    token = _words.set(words)
    try:
        result = action()
    finally:
        _words.reset(token)
    event = _notified_events(appointment_id).first()
    # What the parties are not notified of gets no sentence.
    if event is not None and event != before:
        AddedSentence.objects.create(
            event=event, texts=dict(words.texts), is_standard=words.is_standard
        )
    return result


def letter_context() -> dict[str, object]:
    """Return what a letter shows: the standard sentence, or that there are words on the own page.

    A standard sentence that would tell the matter, in any of its languages, stands on the page alone.
    """
    words = _words.get()
    if words is None:
        return {}
    if not words.is_standard or any(map(tells_matter, words.texts.values())):
        return {"has_words": True}
    # Looked up by the template, in the language of the letter.
    return {"sentence": lambda: words.texts[get_language() or "fi"]}


def sentence_of(appointment: Appointment) -> AddedSentence | None:
    """Return the words that went with the last message to both parents."""
    event = _notified_events(appointment.pk).select_related("added_sentence").first()
    return getattr(event, "added_sentence", None) if event is not None else None


def sentences_sent(party: Party) -> list[AddedSentence]:
    """Return all that were added while the appointment stood, the oldest first."""
    return list(
        AddedSentence.objects.filter(event__appointment=party.appointment_id, event__undone_by=None)
        .select_related("event")
        .order_by("event__at", "pk")
    )


def _notified_events(appointment_id: int) -> QuerySet[AppointmentEvent]:
    return AppointmentEvent.objects.filter(
        appointment=appointment_id, what__in=EventKind.notified(), undone_by=None
    ).order_by("-at", "-pk")


def names_somebody(text: str, parties: Iterable[Party]) -> bool:
    """Say whether the text has the name, the number or the address of one of the parties.

    Both parents read it: what is one's own would reach the other.
    """
    words = re.findall(r"\w+", folded(text))
    digits = "".join(letter for letter in text if letter.isdigit())
    for party in parties:
        names = {name for name in folded(party.name).split() if len(name) >= NAME_AT_LEAST}
        number = "".join(letter for letter in phones.shown(party.phone) if letter.isdigit())
        if any(_is_form_of(word, name) for word in words for name in names):
            return True
        if number and number[-TELLING_DIGITS:] in digits:
            return True
        if party.email and party.email.lower() in text.lower():
            return True
    return False


def _is_form_of(word: str, name: str) -> bool:
    return word == name or (len(name) >= INFLECTED_AT_LEAST and word.startswith(name))
