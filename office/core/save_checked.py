"""Saving a row so that every broken rule becomes a message for the form."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction


def save_checked(row: models.Model, *, unchecked: Iterable[str] = ()) -> None:
    """Check and save `row`; fields `unchecked` are taken as they are.

    Raises ValidationError, also where only the database sees the clash.
    """
    key = row._meta.pk
    # A professional or a room gets its key, a resource, while it is saved.
    keyless = {key.name} if key is not None and row.pk is None else set()
    row.full_clean(exclude={*unchecked, *keyless})
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        # Somebody else saved between our check and our save.
        broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        for constraint in row._meta.constraints:
            if constraint.name == broken:
                raise ValidationError(
                    constraint.get_violation_error_message(), code="clash"
                ) from error
        # A field that is unique by itself: what is there now has its own sentence.
        row.full_clean(exclude={*unchecked, *keyless})
        raise
