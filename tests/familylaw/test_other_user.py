"""The same without being root: nothing but one's own account is needed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from launcher.places import BASE_DIR
from tests.familylaw.running import PARTS, open_folder, surroundings

NOBODY = 65534
_CODE = """
import os, psycopg
from launcher.throwaway import throwaway
with throwaway() as cluster, psycopg.connect(cluster.url()) as connection:
    print(os.getuid(), connection.execute("SELECT 6 * 7").fetchone()[0])
"""


def _interpreter() -> str:
    """Return a Python of our version that nobody may run too: root's may be in root's home."""
    for path in (os.path.realpath(sys.executable), "/usr/bin/python3"):
        command = [path, "-c", "import sys; print(sys.version_info[:2])"]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, user=NOBODY, group=NOBODY, cwd="/"
            )
        except OSError:
            continue
        if done.stdout.strip() == str(sys.version_info[:2]):
            return path
    return ""


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run without root already")
def test_runs_for_a_user_without_rights() -> None:
    python = _interpreter()
    if not python:
        pytest.skip("no Python of this version is open to other users")
    packages = Path(psycopg.__file__).parent.parent
    with open_folder() as place:
        place.chmod(0o755)
        shutil.copytree(BASE_DIR / "launcher", place / "launcher")
        for name in PARTS:
            if (packages / name).exists():
                shutil.copytree(packages / name, place / name)
        shutil.copy(packages / "typing_extensions.py", place)
        done = subprocess.run(
            [python, "-S", "-c", _CODE],
            env=surroundings(PYTHONPATH=str(place)),
            cwd=place,
            capture_output=True,
            text=True,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
        )
    assert (done.stdout, done.stderr) == (f"{NOBODY} 42\n", "")
