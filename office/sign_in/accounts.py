"""The accounts of the staff: made, altered, switched off. At least one manager stays."""

from collections.abc import Iterable

from allauth.account.utils import user_pk_to_url_str
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from office.core.save_checked import save_checked
from office.models import AccessAction, Role, User
from office.sign_in import second_factor
from office.sign_in import sessions as staff_sessions
from office.sign_in.password_links import PasswordLinkTokens
from office.staff.access_log import note_change


class LastManagerError(ValidationError):
    """Without this one nobody could manage the unit."""

    def __init__(self) -> None:
        super().__init__(_("This is the last manager: make somebody else a manager first."))


@transaction.atomic
def save_user(user: User, *, password: str = "", by: User | None = None) -> None:
    """Save a new or altered user. A new one without a password cannot sign in before setting one.

    `by`: the manager who does it; None for a command. It is written to the access log in the same
    transaction. Raises ValidationError, or LastManagerError with nothing changed.
    """
    before = User.objects.filter(pk=user.pk).first()
    _keep_a_manager(user, roles=user.roles if user.is_active else ())
    if password:
        user.set_password(password)
    elif user._state.adding:
        user.set_unusable_password()
    # Not a password but what is kept of one: blank for somebody who signs in elsewhere.
    save_checked(user, unchecked=["password"])
    _note_saved(user, before, by=by, password=bool(password))


@transaction.atomic
def switch_user(user: User, *, on: bool, by: User) -> None:
    """Let the user sign in, or no longer. Raises ValidationError.

    Sessions, streams, password links and the calendar feed of a closed account end at once, and for good:
    when it is opened again, one signs in anew.
    """
    if not on:
        if user.pk == by.pk:
            raise ValidationError(_("You cannot close your own account."))
        _keep_a_manager(user, roles=())
    User.objects.filter(pk=user.pk).update(is_active=on)
    if not on:
        staff_sessions.end_access(user)
    action = AccessAction.ACCOUNT_OPENED if on else AccessAction.ACCOUNT_CLOSED
    note_change(by, user, action, roles=sorted(user.roles))


def note_password_link(user: User, *, by: User | None) -> None:
    """Record who made the link: whoever has it can sign in as the user."""
    note_change(by, user, AccessAction.PASSWORD_LINK)


@transaction.atomic
def reset_second_factor(user: User, *, by: User) -> None:
    """Take away whatever the user proves themselves with besides the password; all sessions end."""
    second_factor.reset(user)
    note_change(by, user, AccessAction.SECOND_STEP_RESET)


@transaction.atomic
def end_user_sessions(user: User, *, by: User) -> None:
    """Sign the user out everywhere."""
    count = staff_sessions.end_sessions(user)
    note_change(by, user, AccessAction.SESSIONS_ENDED, count=count)


# What the log keeps the names of when it was changed: whoever owns the e-mail address of an account
# can have a new password sent there.
_WATCHED = ("username", "first_name", "last_name", "email", "language", "is_active")


def _note_saved(user: User, before: User | None, *, by: User | None, password: bool) -> None:
    if before is None:
        note_change(
            by, user, AccessAction.ACCOUNT_CREATED, roles=sorted(user.roles), password=password
        )
        return
    if set(before.roles) != set(user.roles):
        note_change(
            by,
            user,
            AccessAction.ROLES_CHANGED,
            before=sorted(before.roles),
            after=sorted(user.roles),
        )
    changed = [name for name in _WATCHED if getattr(before, name) != getattr(user, name)]
    if password:
        changed.append("password")
    if changed:
        note_change(by, user, AccessAction.ACCOUNT_CHANGED, changed=changed)


def _keep_a_manager(user: User, *, roles: Iterable[str]) -> None:
    # Locked, so that two managers do not step down at the same moment.
    managers = list(
        User.objects.filter(is_active=True, roles__contains=[Role.MANAGER])
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", flat=True)
    )
    if managers == [user.pk] and Role.MANAGER not in roles:
        raise LastManagerError


def password_link_path(user: User) -> str:
    """Return where the user sets a password: it works once, until PASSWORD_RESET_TIMEOUT is over."""
    key = PasswordLinkTokens().make_token(user)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
