"""The whole set-up of a unit as one file that another installation reads: no clients, no accounts.

Version 1: {"format", "version", "tables": {"office.servicepoint": [row, …]}}. A row holds its key in the
file and its columns; relations name the keys of other rows. Columns that a file lacks get their defaults,
so that the file of an older release can be read; one that a file has too many is of a newer release.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils.translation import gettext as _
from modeltranslation.translator import NotRegistered, translator

from office.core.once import one_at_a_time
from office.core.save_checked import save_checked
from office.hooks import SETUP_MODELS
from office.models import (
    Closure,
    GuidanceLink,
    GuidancePage,
    GuidancePageVersion,
    GuidanceSituation,
    InterpreterAgency,
    LengthRule,
    PartnerOrganisation,
    Professional,
    PublicStatements,
    Room,
    SchoolBreak,
    Service,
    ServicePoint,
    StandardSentence,
    Unit,
    WayAnswer,
    WayEnding,
    WayQuestion,
    WeeklyHours,
)

FORMAT, VERSION = "familylaw-setup", 1
# Of each there is one row at most, which a new unit may have written already.
SINGLE: tuple[type[models.Model], ...] = (Unit, PublicStatements)
# In the order in which rows need each other; the floors above add theirs.
OWN: tuple[type[models.Model], ...] = (
    *SINGLE,
    ServicePoint,
    Room,
    Service,
    LengthRule,
    PartnerOrganisation,
    Professional,
    WeeklyHours,
    Closure,
    SchoolBreak,
    StandardSentence,
    InterpreterAgency,
    GuidanceSituation,
    GuidanceLink,
    GuidancePage,
    GuidancePageVersion,
    WayQuestion,
    WayEnding,
    WayAnswer,
)
# What belongs to one installation, or to one person in it.
LEFT_OUT = {
    "office.unit": {"public_from", "message_arrived_at", "checked_languages"},
    "office.professional": {"feed_nonce", "feed_hash"},
    "office.guidancepageversion": {"restored_from"},
}
Row = dict[str, Any]


def setup_models() -> list[type[models.Model]]:
    return [*OWN, *SETUP_MODELS]


def is_untouched() -> bool:
    """Say whether the unit has nothing yet that a file could clash with."""
    return not any(
        model._default_manager.exists() for model in setup_models() if model not in SINGLE
    )


def export_setup() -> str:
    """Export the set-up as it is now."""
    tables = {
        model._meta.label_lower: [_row_of(row) for row in _rows(model)] for model in setup_models()
    }
    content = {"format": FORMAT, "version": VERSION, "tables": tables}
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


@transaction.atomic
def import_setup(text: str) -> dict[str, int]:
    """Read a file into a unit that has nothing yet; how many rows of each table.

    Raises ValidationError, with nothing changed: for each row that cannot be saved, or for the file.
    """
    one_at_a_time("set-up")
    if not is_untouched():
        raise ValidationError(_("The unit has its own points, services or people already."))
    tables = _tables_of(text)
    made: dict[tuple[type[models.Model], Any], models.Model] = {}
    faults: list[str] = []
    counts = {}
    for model in setup_models():
        rows = tables.get(model._meta.label_lower, [])
        for number, given in enumerate(rows, 1):
            try:
                with transaction.atomic():
                    made[model, given.get("key")] = _make(model, given, made)
            except ValidationError as error:
                name = f"{model._meta.verbose_name_plural} {number}"
                faults += [f"{name}: {message}" for message in error.messages]
        counts[model._meta.label_lower] = len(rows)
    if faults:
        raise ValidationError(faults)
    return counts


def _rows(model: type[models.Model]) -> Iterator[models.Model]:
    if model is GuidancePageVersion:
        # What is read now and what waits for a check; not the words before them.
        yield from GuidancePageVersion.objects.latest_of_each().order_by("page_id")
    else:
        yield from model._default_manager.order_by("pk")


def _columns(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """List what is carried of a model: neither accounts nor what the row gets by being saved."""
    try:
        # By their names; their languages are columns of their own.
        translated = set(translator.get_options_for_model(model).all_fields)
    except NotRegistered:
        translated = set()
    left_out = LEFT_OUT.get(model._meta.label_lower, set())
    known = set(setup_models())
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key
        and field.name not in left_out
        and field.name not in translated
        and (not field.is_relation or field.related_model in known)
    ]


def _relations(model: type[models.Model]) -> "Sequence[models.ManyToManyField[Any, Any]]":
    return model._meta.many_to_many


def _row_of(row: models.Model) -> Row:
    model = type(row)
    found: Row = {"key": row.pk}
    found |= {field.name: field.value_from_object(row) for field in _columns(model)}
    for relation in _relations(model):
        found[relation.name] = sorted(getattr(row, relation.name).values_list("pk", flat=True))
    return found


def _tables_of(text: str) -> dict[str, list[Row]]:
    try:
        content = json.loads(text)
        version, tables = content["version"], content["tables"]
        is_ours = content["format"] == FORMAT and isinstance(version, int)
        rows = [row for table in tables.values() for row in table]
        is_ours = is_ours and all(isinstance(row, dict) for row in rows)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        is_ours = False
    if not is_ours:
        raise ValidationError(_("This is not the set-up of a unit."))
    known = {model._meta.label_lower: model for model in setup_models()}
    unknown = version > VERSION or not tables.keys() <= known.keys()
    for label in tables.keys() & known.keys():
        names = {field.name for field in (*_columns(known[label]), *_relations(known[label]))}
        unknown = unknown or any(row.keys() - names - {"key"} for row in tables[label])
    if unknown:
        raise ValidationError(
            _("The file was written by a newer release: update this installation first.")
        )
    found: dict[str, list[Row]] = tables
    return found


def _make(
    model: type[models.Model],
    given: Row,
    made: dict[tuple[type[models.Model], Any], models.Model],
) -> models.Model:
    """Save the row. Raises ValidationError."""
    row = (model._default_manager.order_by("pk").first() if model in SINGLE else None) or model()
    for field in _columns(model):
        if field.name not in given:
            continue
        value = given[field.name]
        if field.is_relation:
            related = cast("type[models.Model]", field.related_model)
            value = None if value is None else _found(made, related, value)
            setattr(row, field.name, value)
        else:
            setattr(row, field.name, field.to_python(value))
    save_checked(row)
    for relation in _relations(model):
        keys = given.get(relation.name, [])
        found = [_found(made, relation.related_model, key) for key in keys]
        getattr(row, relation.name).set(found)
    return row


def _found(
    made: dict[tuple[type[models.Model], Any], models.Model], model: type[models.Model], key: Any
) -> models.Model:
    try:
        return made[model, key]
    except (KeyError, TypeError):
        raise ValidationError(
            _("It names something that is not in the file (%(name)s).")
            % {"name": model._meta.verbose_name}
        ) from None
