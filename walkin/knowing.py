"""Who says at the desk who they are is found among the parties of known appointments, typed exactly."""

import re
from datetime import timedelta

from django.db.models import F

from bookings.callers import international
from bookings.folding import Folded, folded
from bookings.models import Party
from bookings.references import normal_code
from office.limits import count_try
from office.models import User

FOUND_AT_MOST = 6
LOOKS_A_MINUTE = 20
DIGITS_AT_LEAST = 7
WORDS_AT_LEAST = 2
_CODE = re.compile(r"^[A-Z]{3}\d{3}$")
_NUMBER = re.compile(r"^\+?[\d\s()./-]+$")


def count_look(user: User) -> None:
    """Count one look for somebody. Raises TooManyTriesError beyond some a minute."""
    count_try("walk-in-who", str(user.pk), limit=LOOKS_A_MINUTE, every=timedelta(minutes=1))


def parties_meant(text: str) -> list[Party]:
    """Whom a whole reference code, phone number or name means, the newest first.

    No beginnings and nothing misspelt: who types a part of it finds nobody. Anonymous ones are found by
    their code alone.
    """
    text = text.replace("\0", "").strip()[:120]
    # Who is only invited so far has given no name: they are not known.
    parties = Party.objects.select_related("appointment__service_point").exclude(
        name="", appointment__is_anonymous=False
    )
    code = normal_code(text)
    if _CODE.match(code):
        parties = parties.filter(appointment__reference=f"{code[:3]}-{code[3:]}")
        # In an order that does not tell who asked first.
        return list(parties.order_by("name", "pk")[:FOUND_AT_MOST])
    parties = parties.filter(appointment__is_anonymous=False).order_by("-appointment", "name")
    if _NUMBER.match(text):
        if sum(letter.isdigit() for letter in text) < DIGITS_AT_LEAST:
            return []
        return list(parties.filter(phone=international(text))[:FOUND_AT_MOST])
    name = folded(text)
    if len(name.split()) < WORDS_AT_LEAST:
        return []
    named = parties.annotate(folded=Folded(F("name")))
    return list(named.filter(folded=f" {name}")[:FOUND_AT_MOST])
