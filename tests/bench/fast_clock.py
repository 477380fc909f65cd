"""The product with a clock that goes faster, so that a whole morning is replayed in minutes."""

import os
from datetime import datetime

from familylaw.wsgi import application
from office.core import clock

__all__ = ["application"]

_real = clock.now
_FROM, _SPEED = datetime.fromisoformat(os.environ["FAST_FROM"]), float(os.environ["FAST_SPEED"])


def _now() -> datetime:
    return _FROM + (_real() - _FROM) * _SPEED


clock.now = _now
