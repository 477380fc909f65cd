"""Rows of the access log in words."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from office.core.dates import when
from office.models import AccessAction, AccessLogEntry, AccessReason, Role, User

_ACTIONS = dict(AccessAction.choices)
_REASONS = dict(AccessReason.choices)


@dataclass(frozen=True)
class AccessLogRow:
    at: datetime
    who: str
    roles: str
    record: str
    what: str
    why: str


def row_of(entry: AccessLogEntry) -> AccessLogRow:
    return AccessLogRow(
        at=entry.at,
        who=name_of(entry.user),
        roles=roles_label(entry.user.roles) if entry.user else "",
        record=name_of(entry.about) if entry.about else _record(entry.record),
        what=_what(entry),
        why=str(_REASONS.get(entry.reason, entry.reason)),
    )


def _record(record: str) -> str:
    """Return a reference code as it is; put any other record into words."""
    if record.startswith("client-"):
        return _("a client, by phone number or e-mail address")
    text = {"access-log": _("access log"), "without-task": _("Opened without a task")}
    return text.get(record, record)


def name_of(user: User | None) -> str:
    """Return the name of a member of staff; None is a command of the server."""
    if user is None:
        return _("the system")
    return user.get_full_name() or user.username


def roles_label(roles: Iterable[str]) -> str:
    names = dict(Role.choices)
    return ", ".join(str(names.get(role, role)) for role in roles)


def _what(entry: AccessLogEntry) -> str:
    text = str(_ACTIONS.get(entry.action, entry.action))
    details = entry.details
    if entry.action == AccessAction.ROLES_CHANGED:
        none = _("none")
        before, after = roles_label(details["before"]), roles_label(details["after"])
        return f"{text}: {before or none} → {after or none}"
    if entry.action == AccessAction.ACCOUNT_CHANGED:
        names = field_names()
        return f"{text}: {', '.join(names.get(name, name) for name in details['changed'])}"
    return text


def field_names() -> dict[str, str]:
    """Return what of an account the log tells that it was changed."""
    return {
        "username": _("user name"),
        "email": _("e-mail"),
        "first_name": _("first name"),
        "last_name": _("last name"),
        "language": _("language"),
        "password": _("password"),
        "is_active": _("may sign in"),
    }


def as_csv(rows: Iterable[AccessLogRow], language: str) -> str:
    """Write it for a spreadsheet: with semicolons, as Finnish ones read it, and a mark for UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Time"), _("Who"), _("Role"), _("Record"), _("What was done"), _("Why")])
    for row in rows:
        writer.writerow([when(row.at, language), row.who, row.roles, row.record, row.what, row.why])
    return "\ufeff" + out.getvalue()
