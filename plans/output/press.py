"""The keys of the workers that make PDFs: one half in a process's memory, the other to wrap with.

A copy of the database, with all the secrets of the settings, opens nothing that was asked for: the key
for it went from the parent's page to the memory of a worker. With the worker's end it is gone.
"""

import threading
from datetime import timedelta

from office.core import clock
from plans.models import Press
from plans.vault import keys
from plans.vault.keys import LinkKeys

# A worker says each minute that it is there; one that has been silent for so long is not handed keys.
LIVES = timedelta(minutes=3)
TASK = "plans.tasks.show_press"

_lock = threading.Lock()
_mine: LinkKeys | None = None


def mine() -> LinkKeys:
    """This process's own pair of keys, kept nowhere else."""
    global _mine
    with _lock:
        if _mine is None:
            _mine = keys.keys_of(keys.new_token())
        return _mine


def show() -> None:
    """Tell that this process is there."""
    own = mine()
    Press.objects.update_or_create(
        lookup=own.lookup, defaults={"public_key": own.public, "seen_at": clock.now()}
    )


def living() -> list[Press]:
    """Those at work."""
    return list(Press.objects.filter(seen_at__gt=clock.now() - LIVES).order_by("pk"))


def forget_silent() -> int:
    """Delete those that have ended; how many."""
    return Press.objects.filter(seen_at__lte=clock.now() - LIVES).delete()[0]
