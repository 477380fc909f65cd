"""Where the web server's processes put their numbers, so that any of them can tell those of all.

Imported by gunicorn.conf.py before anything else: prometheus_client reads the folder's name when it
is loaded.
"""

import os
import shutil
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_BASE = Path("/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp")  # noqa: S108 - 0700, our own
_NAME = f"familylaw-metrics-{os.getuid()}"


def prepare_folder() -> None:
    """Make a folder of this server's own, empty at its start; kept when it reads its settings anew."""
    folder = _BASE / f"{_NAME}-{os.getpid()}"
    if os.environ.get(VARIABLE) == str(folder):
        return
    for left in _BASE.glob(f"{_NAME}-*"):
        if left == folder or not Path(f"/proc/{left.name.rpartition('-')[2]}").exists():
            shutil.rmtree(left, ignore_errors=True)
    folder.mkdir(mode=0o700)
    os.environ[VARIABLE] = str(folder)


def remove_folder() -> None:
    if folder := os.environ.pop(VARIABLE, ""):
        shutil.rmtree(folder, ignore_errors=True)
