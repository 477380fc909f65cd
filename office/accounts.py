"""The accounts of the staff: made, altered, switched off. At least one manager stays."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from office.models import Role, User
from office.saving import save_checked


class LastManagerError(ValidationError):
    """Without this one nobody could manage the unit."""

    def __init__(self) -> None:
        super().__init__(_("This is the last manager: make somebody else a manager first."))


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
    # Not a password but what is kept of one: blank for somebody who signs in elsewhere.
    save_checked(user, unchecked=["password"])


@transaction.atomic
def switch_user(user: User, *, on: bool, by: User) -> None:
    """Let the user sign in, or no longer; open sessions end at once. Raises ValidationError."""
    if not on:
        if user.pk == by.pk:
            raise ValidationError(_("You cannot close your own account."))
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
