"""Signing in at the organisation by OpenID Connect: who it is, what they may do, whose account it is.

The organisation says by groups who works here and as what; nobody else gets in, whoever they are. Roles
follow it at each sign-in. An account belongs to a subject of an issuer: names and e-mail addresses can be
given to somebody else, and an address may be nobody's yet.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from office.core import clock
from office.core.once import one_at_a_time
from office.core.save_checked import save_checked
from office.models import AccessAction, ProviderAccount, Role, User
from office.sign_in import sessions as staff_sessions
from office.staff.access_log import note_change

# Of a user name, as Django's own rule has it.
_NOT_IN_NAMES = re.compile(r"[^\w.@+-]")
NAME_LONGEST = 140


class NotOurStaffError(Exception):
    """None of the person's groups works here."""


class ClosedAccountError(Exception):
    """The manager has closed the account. What the organisation says does not open it."""


class AlreadyTiedError(Exception):
    """The person has another account here, or the account is another person's."""


@dataclass(frozen=True)
class SignedInPerson:
    """Somebody whom the organisation has signed in just now."""

    issuer: str
    subject: str
    roles: tuple[str, ...]
    username: str = ""
    first_name: str = ""
    last_name: str = ""
    # Only where the organisation has verified it.
    email: str = ""
    has_second_step: bool = False

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.username or self.subject


def is_on() -> bool:
    return bool(settings.STAFF_SIGN_IN_SERVER and settings.STAFF_SIGN_IN_ROLES)


def name_for(user: User) -> str:
    """Return what the organisation's sign-in is called, where the user has it; else nothing."""
    if is_on() and ProviderAccount.objects.filter(user=user).exists():
        return str(settings.STAFF_SIGN_IN_NAME)
    return ""


def person_of(claims: Mapping[str, Any]) -> SignedInPerson:
    """Return who it is, by the claims of a verified ID token."""
    accepted = settings.STAFF_SIGN_IN_SECOND_FACTOR
    ways = {*_words(claims.get("amr")), *_words(claims.get("acr"))}
    verified = claims.get("email_verified") is True
    return SignedInPerson(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        roles=roles_of(_words(claims.get(settings.STAFF_SIGN_IN_GROUPS))),
        username=str(claims.get("preferred_username") or ""),
        first_name=str(claims.get("given_name") or claims.get("name") or "")[:NAME_LONGEST],
        last_name=str(claims.get("family_name") or "")[:NAME_LONGEST],
        email=str(claims.get("email") or "") if verified else "",
        has_second_step=bool(accepted and ways & set(accepted)),
    )


def roles_of(groups: list[str]) -> tuple[str, ...]:
    """Return the roles that these groups have here, in our order."""
    granted = {
        role
        for role, named in settings.STAFF_SIGN_IN_ROLES.items()
        if not set(named).isdisjoint(groups)
    }
    return tuple(role for role in Role.values if role in granted)


def account_of(person: SignedInPerson) -> User | None:
    found = ProviderAccount.objects.filter(issuer=person.issuer, subject=person.subject)
    row = found.select_related("user").first()
    return row.user if row else None


def enter(person: SignedInPerson) -> User:
    """Return the person's account, made where there is none, with the roles that they have now.

    Raises NotOurStaffError or ClosedAccountError.
    """
    user = account_of(person)
    if user is None:
        if not person.roles:
            raise NotOurStaffError
        user = _make(person)
    if not user.is_active:
        raise ClosedAccountError
    _follow_roles(user, person)
    if not person.roles:
        raise NotOurStaffError
    return user


@transaction.atomic
def tie(person: SignedInPerson, user: User) -> None:
    """Let the user sign in at the organisation, too. Raises AlreadyTiedError."""
    if not person.roles:
        raise NotOurStaffError
    _one_at_a_time(person)
    User.objects.select_for_update().get(pk=user.pk)
    if account_of(person) is not None or ProviderAccount.objects.filter(user=user).exists():
        raise AlreadyTiedError
    ProviderAccount.objects.create(
        user=user, issuer=person.issuer, subject=person.subject, made_at=clock.now()
    )
    note_change(user, user, AccessAction.PROVIDER_TIED)
    _follow_roles(user, person)


@transaction.atomic
def _make(person: SignedInPerson) -> User:
    """Make the account; pressed twice, it is the one that the other press has made."""
    _one_at_a_time(person)
    made = account_of(person)
    if made is not None:
        return made
    user = User(
        username=_free_username(person),
        first_name=person.first_name,
        last_name=person.last_name,
        email=_free_email(person.email),
        roles=list(person.roles),
    )
    user.set_unusable_password()
    save_checked(user, unchecked=["password"])
    ProviderAccount.objects.create(
        user=user, issuer=person.issuer, subject=person.subject, made_at=clock.now()
    )
    note_change(None, user, AccessAction.ACCOUNT_CREATED, roles=sorted(user.roles), password=False)
    return user


def _one_at_a_time(person: SignedInPerson) -> None:
    one_at_a_time(f"account of {person.issuer} {person.subject}")


@transaction.atomic
def _follow_roles(user: User, person: SignedInPerson) -> None:
    """Take over the organisation's roles, even from the last manager: groups give one again."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if set(user.roles) == set(person.roles):
        return
    before = sorted(user.roles)
    User.objects.filter(pk=user.pk).update(roles=list(person.roles))
    note_change(None, user, AccessAction.ROLES_CHANGED, before=before, after=sorted(person.roles))
    if not person.roles:
        staff_sessions.end_access(user)


def _free_username(person: SignedInPerson) -> str:
    wished = _NOT_IN_NAMES.sub("", person.username)[:NAME_LONGEST] or "staff"
    name, number = wished, 1
    while User.objects.filter(username__iexact=name).exists():
        number += 1
        name = f"{wished}-{number}"
    return name


def _free_email(email: str) -> str:
    """Return the address unless another user has it: one may sign in with it."""
    return "" if User.objects.filter(email__iexact=email).exists() else email


def _words(claim: Any) -> list[str]:
    """Return the words of a claim that is a list of words, or one text."""
    if isinstance(claim, str):
        return claim.split()
    return [str(word) for word in claim] if isinstance(claim, list) else []
