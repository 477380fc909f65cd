"""What ruff's D401 passes over: docstrings of functions that begin with a question word or a pronoun."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from familylaw.settings import BASE_DIR

PACKAGES = (
    *("office", "bookings", "walkin", "plans", "evenings", "referrals"),
    *("familylaw", "launcher", "demo", "styleguide", "tests"),
)
NO_VERB = re.compile(
    r"(whether|who|whom|whose|what|which|where|when|why|how|whoever|whatever|those|they)\b", re.I
)


def openings(source: str) -> Iterator[tuple[str, str]]:
    """Yield name and first word of each function with a docstring, but of properties and tests."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        is_property = any("property" in ast.unparse(one) for one in node.decorator_list)
        words = (ast.get_docstring(node) or "").split()
        if words and not is_property and not node.name.startswith("test_"):
            yield node.name, words[0]


def test_functions_say_what_they_do() -> None:
    wrong = [
        f"{path.relative_to(BASE_DIR)}: {name}"
        for package in PACKAGES
        for path in sorted(Path(BASE_DIR, package).rglob("*.py"))
        for name, word in openings(path.read_text())
        if NO_VERB.match(word)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("def is_open():", ["Whether"]),
        ("@property\ndef is_open(self):", []),
        ("@cached_property\ndef is_open(self):", []),
        ("def test_it_is_open():", []),
    ],
)
def test_properties_and_tests_are_left_out(head: str, found: list[str]) -> None:
    source = f'{head}\n    """Whether it is open."""\n'
    assert [word for _name, word in openings(source)] == found
