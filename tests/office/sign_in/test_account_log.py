"""What is done to accounts leaves rows: by whom, to whom, what stood there before and after."""

import pytest

from office.models import AccessAction, AccessLogEntry, Role, User
from office.sign_in.accounts import save_user, switch_user
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
A = AccessAction


def _rows() -> list[tuple[str, str, str | None, dict[str, object]]]:
    rows = AccessLogEntry.objects.order_by("pk").select_related("user", "about")
    return [
        (
            row.action,
            row.about.username if row.about else "",
            row.user and row.user.username,
            row.details,
        )
        for row in rows
    ]


def test_an_account_made_altered_closed_and_opened_again() -> None:
    boss = UserFactory(username="boss", roles=[Role.MANAGER])
    made = User(username="new", roles=[Role.GUIDE])
    save_user(made, by=boss)
    made.roles = [Role.GUIDE, Role.SECRETARY]
    made.email = "new@example.fi"
    save_user(made, password="a long enough word", by=boss)
    save_user(made, by=boss)
    switch_user(made, on=False, by=boss)
    switch_user(made, on=True, by=boss)
    roles = ["guide", "secretary"]
    assert _rows() == [
        (A.ACCOUNT_CREATED, "new", "boss", {"roles": ["guide"], "password": False}),
        (A.ROLES_CHANGED, "new", "boss", {"before": ["guide"], "after": roles}),
        (A.ACCOUNT_CHANGED, "new", "boss", {"changed": ["email", "password"]}),
        (A.ACCOUNT_CLOSED, "new", "boss", {"roles": roles}),
        (A.ACCOUNT_OPENED, "new", "boss", {"roles": roles}),
    ]


def test_a_command_has_no_user() -> None:
    save_user(User(username="first", roles=[Role.MANAGER]))
    assert [(action, user) for action, _about, user, _details in _rows()] == [
        (A.ACCOUNT_CREATED, None)
    ]
