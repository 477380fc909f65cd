"""Who may read which column of an appointment and of its parties. The one place that says it.

Whoever meets both parents meets them as equals: no one-sided word, and not who asked first. A parent's
details are their own: never the other's. Every column is decided here; a new one fails a test till then.

Rows that are fetched with `seen_by(reader)` carry that reader's columns alone. Reading another one raises
HiddenColumnError instead of fetching it, so that a page cannot show what it was not given.
"""

from enum import StrEnum


class Reader(StrEnum):
    """Who reads a row."""

    SECRETARY = "secretary"
    # Supervisor, guide and partner professional, of the visits in which they meet the parties.
    PROFESSIONAL = "professional"
    # Those of them who ring the parties of a visit by phone, shortly before it and while it lasts.
    RINGS = "rings"
    # Who has booked the visit for somebody, on that day: what they have written themselves.
    BOOKER = "booker"
    # Staff of the walk-in, of whoever says at the desk who they are.
    WALK_IN = "walk-in"
    # A partner professional by the link of an invitation.
    INVITED_PARTNER = "invited partner"
    MANAGER = "manager"
    # A parent at their own personal page; and what one parent may read of the other.
    OWN = "own"
    OTHER_PARENT = "other parent"


_ALL = frozenset(Reader)
_SECRETARY = frozenset({Reader.SECRETARY})
_OWN = _SECRETARY | {Reader.OWN}
_BOOK = _OWN | {Reader.BOOKER}
_MEET = _BOOK | {Reader.PROFESSIONAL}
_VISIT = _MEET | {Reader.WALK_IN, Reader.INVITED_PARTNER}

Columns = dict[str, frozenset[Reader]]
# Further matters (`also`, no column) are read by whoever reads the service.
APPOINTMENT: Columns = {
    "id": _ALL,
    "reference": _VISIT | {Reader.MANAGER},
    "status": _VISIT | {Reader.MANAGER},
    "service": _MEET | {Reader.INVITED_PARTNER, Reader.MANAGER},
    "minutes": _MEET | {Reader.INVITED_PARTNER, Reader.MANAGER},
    "children": _MEET | {Reader.INVITED_PARTNER, Reader.MANAGER},
    "channel": _VISIT | {Reader.MANAGER},
    "service_point": _VISIT | {Reader.MANAGER},
    "room": _MEET | {Reader.INVITED_PARTNER},
    "starts_at": _VISIT | {Reader.MANAGER},
    "ends_at": _VISIT | {Reader.MANAGER},
    "language": _MEET | {Reader.INVITED_PARTNER, Reader.MANAGER},
    "meeting": _VISIT | {Reader.MANAGER},
    "is_anonymous": _MEET | {Reader.WALK_IN},
    # Years alone; one parent gave them, and the other's pages do not show them.
    "children_ages": _MEET,
    "video_link": _MEET | {Reader.INVITED_PARTNER},
    "video_link_with": _MEET | {Reader.INVITED_PARTNER},
    "video_link_at": _MEET | {Reader.INVITED_PARTNER},
    # Which visit of a matter it is, and by when the matter is to be done.
    "case": _MEET,
    "claim": _BOOK,
    # How the other parent hears of it is the asking one's choice: it would tell who asked.
    "other_parent": _BOOK,
    "invitation_hash": _BOOK,
    # In the asking parent's words.
    "preferred": _SECRETARY,
    "answer_due_at": _BOOK,
    "answered_at": _BOOK,
    "secretary_note": _SECRETARY,
    "made_from": _BOOK,
    "version": _BOOK,
    "created_at": _BOOK | {Reader.MANAGER},
    "updated_at": _BOOK,
}
PARTY: Columns = {
    "id": _ALL,
    "appointment": _ALL,
    # Both or none: while one of two has given none, the other's is not shown either.
    "name": _MEET | {Reader.WALK_IN, Reader.RINGS},
    "phone": _BOOK | {Reader.RINGS},
    "email": _BOOK,
    "call_is_safe": _BOOK | {Reader.RINGS},
    "voicemail_is_safe": _BOOK | {Reader.RINGS},
    "sms_is_safe": _BOOK,
    "email_is_safe": _BOOK,
    "language": _BOOK,
    "language_is_known": _BOOK,
    "reads": _BOOK,
    # A code of ours; which one, where it is none of the list, is free text.
    "interpreter": _MEET,
    "interpreter_words": _BOOK,
    "access": _MEET,
    # The other parent does not learn of it.
    "joins_by_video": _MEET,
    # Free text is between a parent and the secretary.
    "needs": _OWN,
    "message": _OWN,
    "is_requester": _BOOK,
    # As what somebody comes, and with whom: who meets them is to know; it tells the others nothing.
    "role": _MEET | {Reader.WALK_IN, Reader.RINGS},
    "accompanies": _MEET | {Reader.WALK_IN},
    "is_told_openly": _BOOK,
    "left_at": _BOOK,
    "answer": _BOOK,
    "answered_at": _BOOK,
    # Who else has given it would tell who asked.
    "given_by_other": _BOOK,
    # Why a home must stay unknown is for the secretary to know; the place itself is chosen by it.
    "is_protected": _BOOK,
    "code_hash": _BOOK,
    "link_nonce": _BOOK,
    "link_hash": _BOOK,
    "invitation_nonce": _BOOK,
    "invitation_link_hash": _BOOK,
}


def hidden_from(reader: Reader, table: Columns, prefix: str = "") -> list[str]:
    """List a table's columns that a reader does not read; `prefix`: the path to it, as in queries."""
    return [f"{prefix}{name}" for name, readers in table.items() if reader not in readers]
