"""Sessions in the database, as Django keeps them; those of staff end some hours after the sign-in."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db

from office.core import clock

# When the user signed in, in seconds.
BEGAN = "began"


class SessionStore(db.SessionStore):
    def get_expiry_age(self, **kwargs: Any) -> int:
        age = super().get_expiry_age(**kwargs)
        left = self._seconds_left()
        return age if left is None else min(age, left)

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        at: datetime = super().get_expiry_date(**kwargs)
        left = self._seconds_left()
        return at if left is None else min(at, clock.now() + timedelta(seconds=left))

    def _seconds_left(self) -> int | None:
        began = self.get(BEGAN)
        if began is None:
            return None
        most = settings.SESSION_HOURS_AT_MOST * 3600
        return max(0, int(began) + most - int(clock.now().timestamp()))
