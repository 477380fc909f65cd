"""The accounts of the staff: made, altered, switched off. At least one manager stays."""

from collections.abc import Iterable

from django.db import transaction

from office.models import Role, User
from office.saving import save_checked


class LastManagerError(Exception):
    """Without this one nobody could manage the unit."""


@transaction.atomic
def save_user(user: User, *, password: str = "") -> None:
    """Save a new or altered user. A new one without a password cannot sign in before setting one.

    Raises ValidationError, or LastManagerError with nothing changed.
    """
    _keep_a_manager(user, roles=user.roles if user.is_active else ())
    if password:
        user.set_password(password)
    elif user._state.adding:
        user.set_unusable_password()
    save_checked(user)


@transaction.atomic
def switch_user(user: User, *, on: bool) -> None:
    """Let the user sign in, or no longer; open sessions end at once. Raises LastManagerError."""
    if not on:
        _keep_a_manager(user, roles=())
    User.objects.filter(pk=user.pk).update(is_active=on)


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
