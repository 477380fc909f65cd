"""Add a party to an appointment, with a personal link."""

from dataclasses import asdict, dataclass, field

from bookings.lifecycle import references
from bookings.lifecycle.contact_consent import refuse_unasked
from bookings.models import Answer, Appointment, Party
from office.core import own_codes, tokens


@dataclass(frozen=True)
class PartyDetails:
    """What a person gives of themselves."""

    name: str = ""
    phone: str = ""
    email: str = ""
    call_is_safe: bool = False
    voicemail_is_safe: bool = False
    sms_is_safe: bool = False
    email_is_safe: bool = False
    language: str = "fi"
    language_is_known: bool = True
    # A code of office.core.interpreters; and which one it is, where the list lacks it, for the secretary.
    interpreter: str = ""
    interpreter_words: str = ""
    access: list[str] = field(default_factory=list)
    needs: str = ""
    message: str = ""
    # Non-disclosure for safety.
    is_protected: bool = False
    # The contacts are the other parent's word: then no way is safe yet.
    given_by_other: bool = False


def add_party(
    appointment: Appointment,
    details: PartyDetails,
    *,
    is_requester: bool = False,
    answer: Answer = Answer.NOT_ASKED,
) -> Party:
    """Add a person with a personal link of their own.

    Raises AskFirstError where the other parent may not be contacted yet.
    """
    if not is_requester:
        refuse_unasked(appointment)
    party = Party(
        appointment=appointment, is_requester=is_requester, answer=answer, **asdict(details)
    )
    new_link(party)
    party.save()
    return party


def new_link(party: Party) -> None:
    """Give a party another link and code; the ones before open and tell nothing. Not saved."""
    party.link_nonce = tokens.new_nonce()
    party.link_hash = tokens.hash_token(tokens.link_token("party", party.link_nonce))
    party.code_hash = own_codes.hash_of(party.link_nonce)


def link_path(party: Party) -> str:
    """The address of the party's personal page."""
    return link_path_of(party.link_nonce)


def link_path_of(nonce: str) -> str:
    """The address of the personal page whose link has this nonce, whether it opens one or not."""
    return f"/appointment/{tokens.link_token('party', nonce)}/"


def hash_code(code: str) -> str:
    """What the database keeps of a short code: a keyed hash, since the code itself is short."""
    return tokens.hash_token(tokens.token_for("code", references.normal_code(code)))
