"""What holds for all templates alike."""

import re

from django.conf import settings

# A code of a state in a condition; the answers of a form that is being filled in are words of their own.
CODES = re.compile(
    r"\{% (?:if|elif)[^%]*\b(?!details)\w+\."
    r"(?:status|state|answer|meeting|channel|other_parent|started_by)\s*[!=]=\s*[\"'][^%]*%\}"
)


def test_no_template_compares_the_code_of_a_state() -> None:
    """Models and presenters say what it means: a code that changes would fail nowhere else."""
    root = settings.BASE_DIR / "templates"
    found = [
        f"{path.relative_to(root)}: {condition}"
        for path in sorted(root.rglob("*.html"))
        for condition in CODES.findall(path.read_text())
    ]
    assert found == []
