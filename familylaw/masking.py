"""Personal links stay out of the logs: whoever can read those must not be able to open them."""

import logging
import re

# The long random part of /appointment/<token>/ and its like; slugs of pages stay.
# A link to set a password has its user before it; a file of a plan lies behind the plan's own.
_TOKEN = re.compile(
    r"(/(?:a|c|appointment|call-back|pair|calendar|plan|out|walk-in/ticket|walk-in/take|password/reset/key)/)"
    r"[A-Za-z0-9_-]{16,}"
)


def mask(text: str) -> str:
    """The text with the tokens of personal links taken out."""
    return _TOKEN.sub(r"\1***", text)


class MaskLinks(logging.Filter):
    """Masks every record that a handler writes."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        masked = mask(said)
        if masked != said:
            record.msg, record.args = masked, None
        return True
