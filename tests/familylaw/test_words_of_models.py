"""A record is asked what it is: outside the models nothing compares its column with one code of it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPS = ("bookings", "evenings", "office", "plans", "referrals", "walkin")
COLUMNS = {"answer", "state", "status"}
# Rows of history, and what reads rows of its own: they are no records of the models that have the words.
NO_RECORDS = {
    "bookings/calendar/blocks.py",
    "bookings/lifecycle/protection.py",
    "walkin/estimates/facts.py",
    "walkin/estimates/replay.py",
}


def compared() -> Iterator[str]:
    for path in (path for app in APPS for path in (ROOT / app).rglob("*.py")):
        name = str(path.relative_to(ROOT))
        if {"migrations", "models", "models.py"} & set(path.parts) or name in NO_RECORDS:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
                continue
            column, code = node.left, node.comparators[0]
            if not isinstance(column, ast.Attribute) or not isinstance(code, ast.Attribute):
                continue
            if column.attr in COLUMNS and code.attr.isupper():
                yield f"{name}:{node.lineno}: {ast.unparse(node)}"


def test_records_are_asked_by_their_words() -> None:
    assert list(compared()) == []
