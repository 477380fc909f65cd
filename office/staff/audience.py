"""Whom an address is for. Every view says it, and a test asks each address as everybody."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from office.models import Role

V = TypeVar("V", bound=Callable[..., Any])


class Reach(Enum):
    """What lets somebody in."""

    ANYONE = "anyone"
    LINK = "whoever holds the secret link in the address"
    STAFF = "whoever is signed in with one of the roles"
    SIGNED_IN = "whoever is signed in, whatever the role"
    DEMO = "anyone, where this is a demo; elsewhere nobody"


@dataclass(frozen=True)
class Audience:
    """What lets somebody in, and with which roles where it is a sign-in."""

    reach: Reach
    roles: tuple[Role, ...] = ()


def declare(view: V, audience: Audience) -> V:
    """Write down whom `view` is for; decorators that use functools.wraps hand it on."""
    vars(view)["audience"] = audience
    return view


def audience_of(view: Callable[..., Any]) -> Audience | None:
    """Return whom a view is for; None where it does not say."""
    found = vars(view).get("audience")
    return found if isinstance(found, Audience) else None


def for_anyone(view: V) -> V:
    """Declare a page that needs neither a sign-in nor a secret."""
    return declare(view, Audience(Reach.ANYONE))


def by_link(view: V) -> V:
    """Declare a page that only a secret in its address opens: every other answers 404."""
    return declare(view, Audience(Reach.LINK))


def signed_in(view: V) -> V:
    """Declare a page for whoever is signed in, which lets the view itself say no to the others."""
    return declare(view, Audience(Reach.SIGNED_IN))


def in_demo(view: V) -> V:
    """Declare a page that exists in a demo alone."""
    return declare(view, Audience(Reach.DEMO))
