"""The tables of threats and promises in docs/data-protection.md name what is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/data-protection.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the tables in a part of the document, without their headings."""
    part = DOCUMENT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in cells if row[-1] != "test"]


THREATS, PROMISES = rows("Threats"), rows("Promises and what keeps them")


def name_of(row: list[str]) -> str:
    return row[0][:40]


@pytest.mark.parametrize("row", [*THREATS, *PROMISES], ids=name_of)
def test_what_keeps_it_is_held_by_tests_that_are_there(row: list[str]) -> None:
    named = re.findall(r"`([^`]+)`", row[-1])
    assert named, "no test"
    for name in named:
        path = ROOT / "tests" / name.removeprefix("tests/")
        assert path.is_file() or (name.endswith("/") and path.is_dir()), name


def test_both_tables_are_read() -> None:
    assert (len(THREATS) > 15, len(PROMISES) > 40) == (True, True)


def test_each_promise_stands_once() -> None:
    said = [row[0] for row in PROMISES]
    assert sorted(said) == sorted(set(said))


@pytest.mark.parametrize(
    "code", re.findall(r"`([a-z_]+\.[a-z_]+)`", DOCUMENT.split("## Promises")[1])
)
def test_the_function_that_keeps_it_is_there(code: str) -> None:
    module, name = code.split(".")
    files = [*ROOT.glob(f"*/{module}.py"), *ROOT.glob(f"*/*/{module}.py")]
    files += [*ROOT.glob(f"*/{module}/*.py")]
    word = re.compile(rf"\b{name}\b")
    is_module = any(ROOT.glob(f"*/{module}/{name}.py"))
    assert is_module or any(word.search(file.read_text(encoding="utf-8")) for file in files), code
