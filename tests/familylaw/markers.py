"""Marked words in every free field of what belongs to clients, and finding them on pages.

Which fields these are is read off the models: each free column of our own apps is a client's until it is
declared to be somebody else's, or no words at all.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import CharField, EmailField, Field, Func, JSONField, Model, TextField, Value
from django.db.models.functions import Cast, Concat, JSONObject, LPad
from phonenumber_field.modelfields import PhoneNumberField

from bookings.models import ParkedBooking
from office.core.secret_text import encrypt

OUR_APPS = ("office", "bookings", "walkin", "referrals", "evenings", "plans")
# What is no word of anybody's: codes, keys, hashes, what is encrypted.
TECHNICAL = re.compile(
    r"reference|video_link|number|visitor|lookup|.*_hash|.*_nonce|nonce|language|reads|.*_code|keys"
)
# What the unit sets up, its staff, and what the house keeps of itself: nothing of a client's.
OF_THE_UNIT = {
    "office": """AccessLogEntry DatabaseMark Claim ServicePoint Room Service User PartnerOrganisation
        Professional GuidanceSituation GuidanceLink LinkCheck GuidancePage GuidancePageVersion Closure
        InterpreterAgency RateCount LinkKeyMark OwnCalendar ProviderAccount PurgeRun SchoolBreak
        RoomClosure StandardSentence StaffSession PublicStatements Unit UnitText WayEnding WayQuestion
        WayAnswer""",
    "walkin": "PointRules Desk Destination WalkInDay PointMatter PointNotice",
    "referrals": "DirectoryEntry WebsiteCheck",
    "evenings": "EveningKind Evening EveningMaterial GivenMaterial MaterialCheck",
}
# In what belongs to clients: words of ours (codes, names of events and places), and what is sealed.
OURS = {
    "AppointmentEvent": "details",
    "CallBackEvent": "what",
    "CaseEvent": "visit",
    "Hold": "address",
    "JointMarks": "cells",
    "PairInvitation": "could_come",
    "ToldApart": "first second",
    # Emptied within the hour, and read by no page: see bookings/appointments/snapshots.py.
    "Undoable": "what about kind states calls rows",
    "VisitOutcome": "agreements",
    "Ticket": "agreements",
    "TicketEvent": "what reason",
    # Made of the columns that are marked here; what each letter tells has its own tests.
    "OutboxMessage": """kind to subject body link_path link_purpose calendar about also once_key
        receiver_kind request_id last_error""",
}
# By name: in these an empty value stays empty, since what is shown, or may be kept, depends on it.
MAY_BE_EMPTY = {"name", "first_name", "contact", "reason", "referred_to"}
_ONE_CONTACT_AT_MOST = {"evenings.SignUp"}
_WORD = re.compile(r"zq([a-z]+)-([a-z_]+)-(\d+)qz", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+358|\b0)45(\d)(\d{6})\b")


@dataclass(frozen=True, order=True)
class Mark:
    """A word that was written into one column of one row."""

    model: str
    column: str
    pk: int


def free_columns(model: type[Model]) -> list[str]:
    """Return the columns in which somebody may have written something freely."""
    return [f.name for f in model._meta.concrete_fields if _is_free(f)]


def _is_free(field: Field) -> bool:
    if isinstance(field, PhoneNumberField):
        return True
    inner = field.base_field if isinstance(field, ArrayField) else field
    is_text = isinstance(inner, CharField | TextField | JSONField) and not inner.choices
    is_own_key = field.primary_key or TECHNICAL.fullmatch(field.name)
    return is_text and not field.choices and not is_own_key


@cache
def marked() -> dict[type[Model], list[str]]:
    """Return the free columns of our models that are left when the declared ones are taken away."""
    found = {}
    for model in apps.get_models():
        app, name = model._meta.app_label, model.__name__
        if app not in OUR_APPS or name in OF_THE_UNIT.get(app, "").split():
            continue
        ours = OURS.get(name, "").split()
        columns = [column for column in free_columns(model) if column not in ours]
        if columns:
            found[model] = columns
    return found


def without_rows() -> list[str]:
    """Return the models of which there is no row: of them the walk would prove nothing."""
    return [m._meta.label for m in marked() if not m._default_manager.exists()]


@cache
def _with_phones() -> list[type[Model]]:
    return [m for m, columns in marked().items() if any(_is_phone(m, c) for c in columns)]


def _is_phone(model: type[Model], column: str) -> bool:
    return isinstance(model._meta.get_field(column), PhoneNumberField)


def mark_all() -> None:
    """Write a word of its own into every such column of every row."""
    # Rows of history are never changed but here.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for model in marked():
            mark(model)


def mark(model: type[Model]) -> None:
    """Write the words into the rows of one model."""
    if model is ParkedBooking:
        _mark_parked()
        return
    rows = model._default_manager.all()
    for column in marked()[model]:
        may_be_empty = column in MAY_BE_EMPTY or model._meta.label in _ONE_CONTACT_AT_MOST
        filled = rows.exclude(**{column: ""}) if may_be_empty else rows
        filled.update(**{column: _word_for(model, column)})


def _word_for(model: type[Model], column: str) -> Func:
    field, pk = model._meta.get_field(column), Cast("pk", TextField())
    name = model.__name__.lower()
    word = Concat(Value(f"zq{name}-{column}-"), pk, Value("qz"), output_field=TextField())
    if isinstance(field, PhoneNumberField):
        begins = f"+35845{_with_phones().index(model)}"
        return Concat(Value(begins), LPad(pk, 6, Value("0")), output_field=TextField())
    if isinstance(field, EmailField):
        return Concat(word, Value("@example.org"), output_field=TextField())
    if isinstance(field, JSONField):
        return JSONObject(fi=word) if column == "texts" else JSONObject(words=word)
    return word


def _mark_parked() -> None:
    for parked in ParkedBooking.objects.all():
        word = f"zqparkedbooking-sealed-{parked.pk}qz"
        typed = {"caller-name": [word], "note": [word], "caller-needs": [word]}
        ParkedBooking.objects.filter(pk=parked.pk).update(sealed=encrypt(json.dumps(typed)))


def marks_in(content: bytes) -> set[Mark]:
    """Return the marked words on a page, however numbers are spaced."""
    text = content.decode(errors="replace")
    found = {Mark(m.lower(), c.lower(), int(pk)) for m, c, pk in _WORD.findall(text)}
    spaceless = re.sub(r"(?<=\d)[ \u00a0](?=\d)", "", text)
    return found | set(_phones_in(spaceless))


def _phones_in(text: str) -> Iterator[Mark]:
    models = _with_phones()
    for number, pk in _PHONE.findall(text):
        if int(number) < len(models):
            yield Mark(models[int(number)].__name__.lower(), "phone", int(pk))
