"""Marked words in every free field of what belongs to clients, and finding them on pages."""

import re
from dataclasses import dataclass

from django.db.models import CharField, EmailField, Field, Func, Model, TextField, Value
from django.db.models.functions import Cast, Concat, JSONObject, LPad
from phonenumber_field.modelfields import PhoneNumberField

from bookings.models import Appointment, CallBack, Party

MODELS: list[type[Model]] = [Appointment, Party, CallBack]
# What is no word of anybody's: codes, keys, hashes, what is encrypted.
TECHNICAL = re.compile(r"reference|video_link|.*_hash|.*_nonce|language|reads|.*_code")
_WORD = re.compile(r"zq([a-z]+)-([a-z_]+)-(\d+)qz", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+358|\b0)4(5|6)(000\d{4})\b")
_PHONES = {"5": "party", "6": "callback"}


@dataclass(frozen=True, order=True)
class Mark:
    """A word that was written into one column of one row."""

    model: str
    column: str
    pk: int


def marked_columns(model: type[Model]) -> list[str]:
    """Return the columns in which somebody may have written something freely."""
    return [f.name for f in model._meta.concrete_fields if _is_free(f)]


def _is_free(field: Field) -> bool:
    if isinstance(field, PhoneNumberField):
        return True
    is_text = isinstance(field, CharField | TextField) and not field.choices
    is_free = is_text and not field.primary_key and not TECHNICAL.fullmatch(field.name)
    return is_free or field.name == "preferred"


def mark_all() -> None:
    """Write a word of its own into every free column of every row."""
    for model in MODELS:
        name = model.__name__.lower()
        values: dict[str, Func] = {}
        for column in marked_columns(model):
            field = model._meta.get_field(column)
            pk = Cast("pk", TextField())
            word = Concat(Value(f"zq{name}-{column}-"), pk, Value("qz"), output_field=TextField())
            if isinstance(field, PhoneNumberField):
                begins = "+35845" if model is Party else "+35846"
                word = Concat(Value(begins), LPad(pk, 7, Value("0")), output_field=TextField())
            elif isinstance(field, EmailField):
                word = Concat(word, Value("@example.org"), output_field=TextField())
            elif column == "preferred":
                values[column] = JSONObject(words=word)
                continue
            values[column] = word
        # Who has given no name yet goes on having none: what is shown depends on it.
        names = {"name": values.pop("name")} if "name" in values else {}
        model._default_manager.update(**values)
        if names:
            model._default_manager.exclude(name="").update(**names)


def marks_in(content: bytes) -> set[Mark]:
    """Return the marked words on a page, however numbers are spaced."""
    text = content.decode(errors="replace")
    found = {Mark(m.lower(), c.lower(), int(pk)) for m, c, pk in _WORD.findall(text)}
    spaceless = re.sub(r"(?<=\d)[ \u00a0](?=\d)", "", text)
    found |= {Mark(_PHONES[m], "phone", int(pk)) for m, pk in _PHONE.findall(spaceless)}
    return found
