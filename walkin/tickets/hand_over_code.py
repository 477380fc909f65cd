"""The code that a person shows at another agency beside the number, so that both mean the same one."""

import hashlib

from office.core.own_codes import LETTERS
from office.core.tokens import token_for
from walkin.models import Ticket

LENGTH = 3


def hand_over_code(ticket: Ticket) -> str:
    """Return the code of a ticket, such as KAR; empty once the day is over. It follows from the link."""
    if not ticket.link_nonce:
        return ""
    digest = hashlib.sha256(token_for("walk-in-hand-over", ticket.link_nonce).encode()).digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:LENGTH])
