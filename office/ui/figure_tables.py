"""Figures under headings, as pages show them and spreadsheets take them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class FigureTable:
    """Some figures of one kind under a heading."""

    heading: str
    rows: list[tuple[str, int | str]]


def csv_rows(tables: Iterable[FigureTable]) -> list[list[int | str]]:
    return [[table.heading, name, figure] for table in tables for name, figure in table.rows]
