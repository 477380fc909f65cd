"""Taking parties of different appointments for one person, without a table of persons.

A person is known again by the name with a phone number, or with an e-mail address. What is stored of
that is a keyed hash: what is kept about a person holds neither.
"""

from dataclasses import dataclass

from bookings.models import Party
from office.core import tokens
from office.core.names import folded


@dataclass(frozen=True)
class Identity:
    """What is stored of who somebody is."""

    name: str
    phone: str
    email: str

    @classmethod
    def of(cls, party: Party) -> "Identity":
        return cls(party.name, str(party.phone or ""), party.email)

    @property
    def known_name(self) -> str:
        """The order of the names is no matter."""
        return " ".join(sorted(folded(self.name).split()))

    @property
    def contacts(self) -> list[str]:
        return [contact for contact in (self.phone, self.email.lower()) if contact]

    @property
    def keys(self) -> list[str]:
        """Return the keys by which the person is known again; nothing without a name, or a contact."""
        name = self.known_name
        return [_hashed(f"{name} {contact}") for contact in self.contacts] if name else []

    def may_be(self, other: "Identity") -> bool:
        """Say whether a correction leaves them the same person: the name or a contact stays."""
        shared = set(self.contacts) & set(other.contacts)
        return self.known_name == other.known_name or bool(shared)


def keys_of(party: Party) -> list[str]:
    """Return the keys by which the party is known again."""
    return Identity.of(party).keys


def party_key(pk: int) -> str:
    """Return the key of one party alone, for what is noted of them in this appointment only."""
    return _hashed(f"party {pk}")


def _hashed(text: str) -> str:
    return tokens.hash_token(tokens.token_for("person", text))
