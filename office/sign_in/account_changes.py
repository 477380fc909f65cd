"""What was done to accounts, shown to the other managers until they have seen it.

A manager can give the secretary's role to anybody, and take it on. That cannot be forbidden where there
is one manager; it must not go unseen where there are more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from office.models import AccessAction, AccessLogEntry, Role, User

SHOWN = (
    AccessAction.ACCOUNT_CREATED,
    AccessAction.ACCOUNT_CHANGED,
    AccessAction.ROLES_CHANGED,
    AccessAction.ACCOUNT_CLOSED,
    AccessAction.ACCOUNT_OPENED,
    AccessAction.PASSWORD_LINK,
    AccessAction.SECOND_STEP_ADDED,
    AccessAction.SECOND_STEP_REMOVED,
    AccessAction.SECOND_STEP_RESET,
    AccessAction.SESSIONS_ENDED,
)
AT_MOST = 20


@dataclass(frozen=True)
class AccountChange:
    """One change in words. `is_own`: somebody has changed what they may do themselves."""

    pk: int
    at: datetime
    sentence: str
    is_own: bool


def unseen_changes(manager: User) -> list[AccountChange]:
    """Return what others have done since the manager last looked, the oldest first."""
    rows = (
        AccessLogEntry.objects.filter(
            pk__gt=manager.account_changes_seen,
            at__gte=manager.date_joined,
            action__in=SHOWN,
            about__isnull=False,
        )
        .exclude(user=manager)
        .select_related("user", "about")
        .order_by("pk")
    )
    return [_change(row) for row in rows[:AT_MOST]]


def mark_seen(manager: User, *, up_to: int) -> None:
    """Note that the manager has seen the changes up to this one; later ones are still shown."""
    User.objects.filter(pk=manager.pk, account_changes_seen__lt=up_to).update(
        account_changes_seen=up_to
    )


def _change(row: AccessLogEntry) -> AccountChange:
    by, about = _name(row.user), _name(row.about)
    details = row.details
    words = {
        AccessAction.ACCOUNT_CREATED: _("%(by)s made an account for %(about)s: %(roles)s."),
        AccessAction.ACCOUNT_CHANGED: _("%(by)s changed the account details of %(about)s."),
        AccessAction.ROLES_CHANGED: _(
            "%(by)s changed the roles of %(about)s: %(before)s → %(after)s."
        ),
        AccessAction.ACCOUNT_CLOSED: _("%(by)s closed the account of %(about)s."),
        AccessAction.ACCOUNT_OPENED: _("%(by)s opened the account of %(about)s again."),
        AccessAction.PASSWORD_LINK: _("%(by)s made a password link for %(about)s."),
        AccessAction.SECOND_STEP_ADDED: _("%(about)s set up a second step of the sign-in."),
        AccessAction.SECOND_STEP_REMOVED: _("%(about)s removed a second step of the sign-in."),
        AccessAction.SECOND_STEP_RESET: _("%(by)s reset the second step of %(about)s."),
        AccessAction.SESSIONS_ENDED: _("%(by)s signed %(about)s out everywhere."),
    }[AccessAction(row.action)]
    text = words % {
        "by": by,
        "about": about,
        "roles": _roles(details.get("roles", ())),
        "before": _roles(details.get("before", ())),
        "after": _roles(details.get("after", ())),
    }
    is_own = row.action == AccessAction.ROLES_CHANGED and row.user_id == row.about_id
    return AccountChange(row.pk, row.at, text, is_own)


def _name(user: User | None) -> str:
    if user is None:
        return _("The organisation's sign-in or a command")
    return user.get_full_name() or user.username


def _roles(roles: Iterable[str]) -> str:
    names = dict(Role.choices)
    return ", ".join(str(names.get(role, role)) for role in Role.values if role in roles) or "–"
