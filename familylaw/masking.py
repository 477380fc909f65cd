"""Mask personal links in the logs, so that nobody who reads those can open them."""

import logging
import re

# The long random part of /appointment/<token>/ and its like; slugs of pages stay.
# In a password link the user comes first; a file of a plan comes after the plan's token.
_TOKEN = re.compile(
    r"(/(?:a|c|e|appointment|call-back|evenings/own|evenings/partner|pair|calendar|plan|prepare|out|walk-in/ticket|walk-in/take|"
    r"password/reset/key)/)"
    r"[A-Za-z0-9_-]{16,}"
)


def mask(text: str) -> str:
    """Remove the tokens of personal links from the text."""
    return _TOKEN.sub(r"\1***", text)


class MaskLinks(logging.Filter):
    """Mask every record that a handler writes."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        masked = mask(message)
        if masked != message:
            record.msg, record.args = masked, None
        return True
