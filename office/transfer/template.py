"""The spreadsheet to fill in: our tables with their headings, in the language of the page."""

import io

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from office.transfer.reading import MOST_ROWS
from office.transfer.tables import GUIDE, TABLES, Column, heading_of


def template_workbook() -> bytes:
    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    for table in TABLES:
        sheet = book.create_sheet(str(table.title))
        sheet.freeze_panes = "A2"
        for number, column in enumerate(table.columns, 1):
            cell = sheet.cell(row=1, column=number, value=heading_of(column))
            cell.font = Font(bold=True)
            letter = get_column_letter(number)
            sheet.column_dimensions[letter].width = max(16, len(str(cell.value)) + 4)
            if column.hint:
                cell.comment = Comment(str(column.hint), str(_("Template")))
            if column.choices:
                sheet.add_data_validation(_list_of(column, letter))
    guide = book.create_sheet(str(GUIDE))
    guide.column_dimensions["A"].width = 100
    for line in _guide_lines():
        guide.append([line])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _list_of(column: Column, letter: str) -> DataValidation:
    """Offer the choices, and let several be written: what is wrong is told when the file is read."""
    words = ",".join(str(label) for label in (column.choices or {}).values())
    offered = DataValidation(
        type="list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=False
    )
    offered.add(f"{letter}2:{letter}{MOST_ROWS}")
    return offered


def _guide_lines() -> list[str]:
    lines = [
        _("Fill in what you have, one thing on a row. What is marked with an asterisk is needed."),
        _("Names tie the tables together: write a service point or a person alike everywhere."),
        _("Read the file in: first you see what would be added, and each fault by its cell."),
        "",
    ]
    for table in TABLES:
        for column in table.columns:
            if column.hint:
                lines.append(f"{table.title} · {column.heading}: {column.hint}")
    return lines
