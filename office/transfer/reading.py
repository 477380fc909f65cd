"""A spreadsheet, XLSX or CSV, as rows of texts that know their cells."""

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from office.core import dates
from office.transfer.tables import BY_KEY, GUIDE, TABLES, Table, folded, in_all_languages

MOST_BYTES = 1024 * 1024
# What a file may unpack to, and how many rows are read.
MOST_UNPACKED = 20 * MOST_BYTES
MOST_ROWS = 2000
MOST_COLUMNS = 40
MOST_LETTERS = 2000


@dataclass(frozen=True)
class Row:
    """One line of a table: what is written, by the key of its column."""

    number: int
    texts: dict[str, str]


@dataclass
class Sheet:
    """A table of the file: the letters of its columns by their keys, and its rows."""

    table: Table
    title: str
    letters: dict[str, str]
    rows: list[Row] = field(default_factory=list)

    def cell(self, row: Row, key: str) -> str:
        """Say where to find it: B7; only the row where the sheet has no such column."""
        letter = self.letters.get(key)
        return f"{letter}{row.number}" if letter else str(row.number)


@dataclass
class Spreadsheet:
    sheets: list[Sheet]
    # Titles of sheets that are no table of ours, and headings that are none.
    unread: list[str] = field(default_factory=list)

    def sheet(self, table: Table) -> Sheet | None:
        return next((sheet for sheet in self.sheets if sheet.table is table), None)

    def to_json(self) -> str:
        """Serialise for the preview to carry along."""
        return json.dumps(
            [
                {
                    "table": sheet.table.key,
                    "title": sheet.title,
                    "letters": sheet.letters,
                    "rows": [[row.number, row.texts] for row in sheet.rows],
                }
                for sheet in self.sheets
            ],
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> "Spreadsheet":
        """Read what the preview has carried. Raises ValidationError for anything else."""
        try:
            tables = json.loads(text)
            if not isinstance(tables, list) or not tables:
                raise ValueError
            return cls(
                [
                    Sheet(
                        BY_KEY[given["table"]],
                        str(given["title"]),
                        {str(k): str(v) for k, v in given["letters"].items()},
                        [
                            Row(int(number), {str(k): str(v) for k, v in texts.items()})
                            for number, texts in given["rows"]
                        ],
                    )
                    for given in tables
                ]
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValidationError(_("Choose the file again.")) from error


def read_spreadsheet(name: str, content: bytes) -> Spreadsheet:
    """Read a file. Raises ValidationError where it is none that can be read."""
    if len(content) > MOST_BYTES:
        raise ValidationError(_("The file is too large: at most one megabyte."))
    is_workbook = content.startswith(b"PK")
    if not is_workbook and b"\0" in content:
        raise ValidationError(_("Save the file as XLSX or CSV."))
    try:
        found = _read_tables(_xlsx_sheets(content) if is_workbook else [(name, _csv_rows(content))])
    except ValidationError:
        raise
    except Exception as error:
        # Whatever a broken or hostile file makes the libraries raise.
        raise ValidationError(_("The file cannot be read. Save it as XLSX again.")) from error
    if not found.sheets:
        raise ValidationError(
            _("No table of ours was found: the first row must have the headings of the template.")
        )
    return found


def _xlsx_sheets(content: bytes) -> Iterator[tuple[str, Iterator[Sequence[str]]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
            raise ValidationError(_("The file is too large: at most one megabyte."))
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    for sheet in book.worksheets:
        rows = sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS, values_only=True)
        yield sheet.title, ([_text(value) for value in row] for row in rows)


def _csv_rows(content: bytes) -> Iterator[Sequence[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # As a spreadsheet program of Windows saves it.
        text = content.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    return (
        [cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)
    )


def _text(value: Any) -> str:
    """Return a cell as somebody would have typed it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dt.datetime):
        value = value.date() if value.time() == dt.time.min else value.time()
    if isinstance(value, dt.time):
        return dates.clock(value, "fi")
    return str(value).strip()


def _read_tables(sheets: Iterable[tuple[str, Iterator[Sequence[str]]]]) -> Spreadsheet:
    found = Spreadsheet([])
    count = 0
    for title, rows in sheets:
        heading = next(rows, [])
        table = _table_of(title, heading)
        if table is None:
            if folded(title) not in in_all_languages(GUIDE):
                found.unread.append(title)
            continue
        keys = [table.headings.get(folded(text)) for text in heading]
        letters = {key: get_column_letter(n) for n, key in enumerate(keys, 1) if key}
        found.unread += [
            f"{title} {get_column_letter(n)}1: {text}"
            for n, (key, text) in enumerate(zip(keys, heading, strict=True), 1)
            if text and not key
        ]
        sheet = Sheet(table, title, letters)
        for number, row in enumerate(rows, 2):
            texts = {key: text[:MOST_LETTERS] for key, text in zip(keys, row, strict=False) if key}
            if any(texts.values()):
                sheet.rows.append(Row(number, texts))
                count += 1
            if count > MOST_ROWS:
                raise ValidationError(_("At most %(n)d rows at once.") % {"n": MOST_ROWS})
        found.sheets.append(sheet)
    return found


def _table_of(title: str, heading: Sequence[str]) -> Table | None:
    """Return the table whose name the sheet has, or all of whose required headings it has."""
    words = {folded(text) for text in heading if text}
    for table in TABLES:
        keys = {table.headings[word] for word in words & table.headings.keys()}
        if folded(title) in table.titles and keys:
            return table
    fitting = [
        (len(words & table.headings.keys()), table)
        for table in TABLES
        if table.required <= {table.headings[word] for word in words & table.headings.keys()}
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None
