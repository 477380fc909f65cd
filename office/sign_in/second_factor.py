"""The second step of a sign-in: who has one, whether this session has proved it, taking it away.

A stolen password must not be enough. It counts what the session itself has proved, not what its user has:
a session that began before the step was set up does not become a safe one by it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from office.core import secret_text
from office.models import AccessAction, User
from office.sign_in import sessions as staff_sessions
from office.staff.access_log import note_change

# In the session: for which user a second step was proved.
PROVED = "second_factor"
# How a sign-in at the organisation is recorded.
PROVIDER = "provider"
APP, KEY, CODES = (
    Authenticator.Type.TOTP,
    Authenticator.Type.WEBAUTHN,
    Authenticator.Type.RECOVERY_CODES,
)


@dataclass(frozen=True)
class Factors:
    """What a user may prove themselves with, besides the password."""

    app: datetime | None
    # When each key was added.
    keys: tuple[datetime, ...]
    codes_left: int

    def __bool__(self) -> bool:
        return bool(self.app or self.keys)


def is_proved(request: HttpRequest, user: User) -> bool:
    """Say whether this session has passed a second step, or need not."""
    if not settings.REQUIRE_SECOND_FACTOR or request.session.get(PROVED) == user.pk:
        return True
    records = get_authentication_records(request, user)
    if any(record.get("method") == "mfa" for record in records) or is_proved_there(request, user):
        note_proved(request, user)
        return True
    return False


def is_proved_there(request: HttpRequest, user: User) -> bool:
    """Say whether the organisation where the user signed in says that it asked for a second step."""
    records = get_authentication_records(request, user)
    return any(record.get("method") == PROVIDER and record.get("second_step") for record in records)


def note_proved(request: HttpRequest, user: User) -> None:
    request.session[PROVED] = user.pk


def note_added(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **more: object
) -> None:
    """Note a step that was added; called by the library. Whoever sets a step up has proved it."""
    if authenticator.type in (APP, KEY):
        note_proved(request, user)
        note_change(user, user, AccessAction.SECOND_STEP_ADDED, kind=authenticator.type)


def note_removed(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **more: object
) -> None:
    """Note a step that a user removed; called by the library."""
    if authenticator.type in (APP, KEY):
        note_change(user, user, AccessAction.SECOND_STEP_REMOVED, kind=authenticator.type)


def has_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=(APP, KEY)).exists())


def has_key(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type=KEY).exists())


def factors_of(users: Collection[User]) -> dict[int, Factors]:
    """Return them by user. One query for all."""
    rows = Authenticator.objects.filter(user__in=users).order_by("created_at")
    found: dict[int, list[Authenticator]] = {user.pk: [] for user in users}
    for row in rows:
        found[row.user_id].append(row)
    return {pk: _factors(of_one) for pk, of_one in found.items()}


@transaction.atomic
def reset(user: User) -> None:
    """Take away whatever the user proves themselves with; all their sessions end."""
    Authenticator.objects.filter(user=user).delete()
    staff_sessions.end_sessions(user)


def renew_secrets() -> int:
    """Write what was encrypted with a former key anew with the newest; how many rows.

    What no key reads any more is left: its user asks the manager to have the second step reset.
    """
    count = 0
    with transaction.atomic():
        for row in Authenticator.objects.exclude(type=KEY).select_for_update():
            try:
                for name in {"secret", "seed"} & set(row.data):
                    row.data[name] = secret_text.renew(row.data[name])
            except secret_text.UnreadableSecretError:
                continue
            row.save(update_fields=["data"])
            count += 1
    return count


def _factors(rows: list[Authenticator]) -> Factors:
    codes = next((row for row in rows if row.type == CODES), None)
    return Factors(
        app=next((row.created_at for row in rows if row.type == APP), None),
        keys=tuple(row.created_at for row in rows if row.type == KEY),
        codes_left=len(codes.wrap().get_unused_codes()) if codes else 0,
    )
