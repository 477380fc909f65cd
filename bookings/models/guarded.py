"""Rows of which some columns were left out on purpose."""

from collections.abc import Iterable
from typing import Any

from django.db import models


class HiddenColumnError(RuntimeError):
    """A column was read that the row was fetched without, for whoever it is shown to.

    No AttributeError: a template would take that for a name that is not there, and show nothing.
    """


class Guarded(models.Model):
    """A row that never fetches by itself what its query has left out."""

    class Meta:
        abstract = True

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: Any = None,
    ) -> None:
        wanted = set(fields or ())
        # What Django calls when a column is read that was deferred.
        if wanted and wanted <= self.get_deferred_fields():
            raise HiddenColumnError(f"{self._meta.label} was fetched without {sorted(wanted)}")
        super().refresh_from_db(using, fields, from_queryset)
