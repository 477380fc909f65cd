"""Keys of the workers that make PDFs: the private half only in the memory of a process.

A copy of the database, even with all secrets of the settings, opens nothing that was asked for: the
key went from the parent's page to the memory of a worker, and is gone when the worker ends.
"""

import threading
from datetime import timedelta

from office.core import clock
from plans.models import Press
from plans.vault import keys
from plans.vault.keys import LinkKeys

# A worker registers each minute; one that has been silent for this long is not handed keys.
LIVES = timedelta(minutes=3)
TASK = "plans.tasks.show_press"

_lock = threading.Lock()
_own_keys: LinkKeys | None = None


def own_keys() -> LinkKeys:
    """Return this process's own key pair, stored nowhere else."""
    global _own_keys
    with _lock:
        if _own_keys is None:
            _own_keys = keys.derive_keys(keys.new_token())
        return _own_keys


def register() -> None:
    """Register this process as running."""
    own = own_keys()
    Press.objects.update_or_create(
        lookup=own.lookup, defaults={"public_key": own.public, "seen_at": clock.now()}
    )


def active_presses() -> list[Press]:
    """Return the running workers."""
    return list(Press.objects.filter(seen_at__gt=clock.now() - LIVES).order_by("pk"))


def delete_inactive() -> int:
    """Delete workers that have ended; return how many."""
    return Press.objects.filter(seen_at__lte=clock.now() - LIVES).delete()[0]
