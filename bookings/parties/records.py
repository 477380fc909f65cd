"""Add a party to an appointment, with a personal link."""

from dataclasses import asdict, dataclass, field

from bookings.lifecycle import references
from bookings.lifecycle.contact_consent import refuse_unasked
from bookings.models import Answer, Appointment, Party, PartyRole
from office.core import clock, own_codes, tokens


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
    # A partial language in which they read reminders.
    reads: str = ""
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


@dataclass(frozen=True)
class Participation:
    """As what a person takes part. `accompanies`: with whom one comes along who is nobody's own party.

    `is_notified`: whom they accompany agrees that we write to them. `is_told_openly`: so that the
    others hear from us that somebody in this role comes.
    """

    role: PartyRole = PartyRole.PARENT
    accompanies: Party | None = None
    is_notified: bool = False
    is_told_openly: bool = False

    @property
    def columns(self) -> dict[str, object]:
        """The columns of a party; `is_notified` is the answer of who comes along."""
        comes_along = self.role.rules.comes_along
        return {
            "role": self.role,
            "accompanies": self.accompanies if comes_along else None,
            "is_told_openly": self.is_told_openly,
        }


def add_party(
    appointment: Appointment,
    details: PartyDetails,
    *,
    is_requester: bool = False,
    answer: Answer = Answer.NOT_ASKED,
    part: Participation | None = None,
    nonce: str = "",
) -> Party:
    """Add a person with a personal link of their own. `nonce`: of the link that they have already.

    Raises AskFirstError where the other parent, and whoever else is invited, may not be contacted yet.
    """
    part = part or Participation()
    if not is_requester and part.role.rules.is_invited:
        refuse_unasked(appointment)
    party = Party(
        appointment=appointment,
        is_requester=is_requester,
        answer=answer,
        joins_by_video=part.accompanies is not None and part.accompanies.joins_by_video,
        **asdict(details),
        **part.columns,
    )
    new_link(party, nonce)
    party.save()
    return party


def new_link(party: Party, nonce: str = "") -> None:
    """Give a party another link and code; the ones before open and tell nothing. Not saved."""
    party.link_nonce = nonce or tokens.new_nonce()
    party.link_hash = tokens.hash_token(tokens.link_token("party", party.link_nonce))
    party.code_hash = own_codes.hash_of(party.link_nonce)


def link_path(party: Party) -> str:
    """Return the address of the party's personal page."""
    return link_path_of(party.link_nonce)


def link_path_of(nonce: str) -> str:
    """Return the address of the personal page whose link has this nonce, whether it opens one or not."""
    return f"/appointment/{tokens.link_token('party', nonce)}/"


def hash_code(code: str) -> str:
    """Return what the database keeps of a short code: a keyed hash, since the code itself is short."""
    return tokens.hash_token(tokens.token_for("code", references.normal_code(code)))


def blank_party(party: Party) -> None:
    """Keep nothing of a person, nor of who comes along with them, but that there was one.

    Their link opens nothing. Who is no side of the matter does not take part any more.
    """
    for companion in party.companions.all():
        blank_party(companion)
    party.preparations.all().delete()
    party.words_before.all().delete()
    nonce = tokens.new_nonce()
    Party.objects.filter(pk=party.pk).update(
        name="",
        phone="",
        email="",
        call_is_safe=False,
        voicemail_is_safe=False,
        sms_is_safe=False,
        email_is_safe=False,
        reads="",
        interpreter="",
        interpreter_words="",
        access=[],
        needs="",
        message="",
        given_by_other=False,
        joins_by_video=False,
        code_hash="",
        invitation_nonce="",
        invitation_link_hash=None,
        link_nonce=nonce,
        link_hash=tokens.hash_token(tokens.token_for("party", nonce)),
    )
    if not party.rules.is_side:
        Party.objects.filter(pk=party.pk, left_at=None).update(left_at=clock.now())
