"""The access log speaks in words: each action and each reason has its own, in each language."""

import ast
from pathlib import Path

import pytest
from django.utils.translation import override

from office.access.rows import row_of
from office.models import AccessAction, AccessLogEntry, AccessReason

# The field's own word in each language.
SAME = {"walk-in"}
ROOT = Path(__file__).parents[3]
APPS = ("bookings", "evenings", "familylaw", "office", "plans", "referrals", "walkin")
WRITERS = {"note_access", "note_access_of", "note_listed", "note_change", "note_log_use"}


def _calls() -> list[tuple[str, ast.Call]]:
    found = []
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.Call):
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in WRITERS:
                    found.append((f"{path.relative_to(ROOT)}:{node.lineno}", node))
    return found


def test_no_row_is_written_with_a_bare_code() -> None:
    calls = _calls()
    assert len(calls) > 50
    for where, call in calls:
        for keyword in call.keywords:
            if keyword.arg in ("action", "reason"):
                value = keyword.value
                either = (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,)
                assert not any(isinstance(one, ast.Constant) for one in either), where


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_each_action_and_reason_is_told_in_words(language: str) -> None:
    with override("en"):
        english = {str(one.label) for one in (*AccessAction, *AccessReason)}
    with override(language):
        for action in AccessAction:
            details = {"before": [], "after": [], "changed": []}
            row = row_of(AccessLogEntry(action=action, record="KLM-482", details=details))
            assert row.what not in {action.value, *english}, action
        for reason in AccessReason:
            row = row_of(AccessLogEntry(action="read", record="KLM-482", reason=reason))
            assert row.why not in {reason.value, *english} - SAME, reason
