"""Writing down what happened to a sign-up."""

from datetime import datetime

from evenings.models import SignUp, SignUpEvent, SignUpEventKind, SignUpStatus
from office.core import clock
from office.models import User

By = SignUpEvent.By


def record(
    sign_up: SignUp,
    what: SignUpEventKind,
    *,
    to: SignUpStatus | None = None,
    by: str = By.PERSON,
    user: User | None = None,
    offered_until: datetime | None = None,
) -> None:
    """Save the sign-up, in status `to` (None: it stays), with the event. `user`: staff who did it."""
    now = clock.now()
    if to is not None:
        sign_up.status, sign_up.offered_until = to, offered_until
    sign_up.version += 1
    sign_up.updated_at = now
    sign_up.save()
    SignUpEvent.objects.create(
        sign_up=sign_up,
        what=what,
        status=sign_up.status,
        at=now,
        by=By.STAFF if user else by,
        user=user,
    )
