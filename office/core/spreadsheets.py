"""Tables for a spreadsheet, as Finnish ones read them."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Write rows with semicolons and a mark for UTF-8; no text in them becomes a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_plain(cell) if isinstance(cell, str) else cell for cell in row])
    return "\ufeff" + out.getvalue()


def csv_answer(rows: Iterable[Sequence[object]], name: str) -> HttpResponse:
    """Answer with the rows as a file of that name, less its ending."""
    response = HttpResponse(csv_text(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _plain(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula: names are typed by strangers."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
