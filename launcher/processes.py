"""Child processes that never outlive their parent."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from launcher.places import Account

_PR_SET_PDEATHSIG = 1


def bound_to_parent(die_with: signal.Signals) -> Callable[[], None]:
    """Let the kernel send `die_with` to the child when the parent dies, even by `kill -9`."""
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
    parent = os.getpid()

    def in_child() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if prctl is not None:
            prctl(_PR_SET_PDEATHSIG, int(die_with))
            if os.getppid() != parent:
                os._exit(1)

    return in_child


@dataclass
class ChildProcess:
    """A started process with a name for people."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: signal.Signals
    seconds: float = 10.0
    started: float = field(default_factory=time.monotonic, init=False)
    asked: float | None = field(default=None, init=False)

    def alive(self) -> bool:
        return self.process.poll() is None

    def ask_to_stop(self) -> None:
        self.asked = time.monotonic()
        if self.alive():
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        """Ask it to stop, wait for some seconds, then kill the whole process group."""
        if self.asked is None:
            self.ask_to_stop()
        try:
            self.process.wait(self.seconds)
        except subprocess.TimeoutExpired:
            self._kill_group()
            self.process.wait()
        else:
            self._kill_group()

    def _kill_group(self) -> None:
        # The child leads its own session, so its pid is the group's.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


def spawn(
    name: str,
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    account: Account | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    orphan_signal: signal.Signals | None = None,
    seconds: float = 10.0,
    output: IO[bytes] | None = None,
    pass_fds: Sequence[int] = (),
    cwd: Path | str | None = None,
) -> ChildProcess:
    """Start a process in its own session: Ctrl-C reaches only us, and we stop it in order.

    `orphan_signal`: sent if we die first; by default the signal with which we would stop it.
    """
    process = subprocess.Popen(
        list(command),
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
        preexec_fn=bound_to_parent(orphan_signal or stop_signal),
        pass_fds=tuple(pass_fds),
        cwd=cwd,
        **(account.popen() if account else {}),
    )
    return ChildProcess(name, process, stop_signal, seconds)
