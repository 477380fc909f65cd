"""Spreadsheets as a manager fills them in."""

import io

from openpyxl import Workbook, load_workbook

from office.transfer.template import template_workbook

Rows = dict[str, list[dict[str, object]]]


def filled(rows: Rows) -> bytes:
    """Fill the template with `rows`: by the title of the sheet, each by the headings of its columns."""
    book = load_workbook(io.BytesIO(template_workbook()))
    for title, lines in rows.items():
        sheet = book[title]
        headings = {str(cell.value).rstrip("*"): cell.column for cell in sheet[1]}
        for number, line in enumerate(lines, 2):
            for heading, value in line.items():
                sheet.cell(row=number, column=headings[heading], value=value)
    return saved(book)


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
