"""As much of systemd as the guide uses: accounts, settings, sockets that outlive a restart, order.

Units run in the clean system; `systemctl` and `systemd-run` there ask this process.
"""

import configparser
import contextlib
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CLIENT = """\
#!/usr/bin/python3
import socket, sys
with socket.socket(socket.AF_UNIX) as asking:
    asking.connect("/run/imitated-systemd")
    asking.sendall("\\0".join(sys.argv[1:]).encode())
    asking.shutdown(socket.SHUT_WR)
    answer = asking.makefile().read()
sys.stderr.write(answer[1:])
sys.exit(int(answer[:1]))
"""
# The guide's own options, and no others.
RUN = """\
#!/bin/bash
set -euo pipefail
while [[ ${1-} == --* ]]; do
  case $1 in
    --pipe | --wait | --quiet) ;;
    --uid=*) account=${1#*=} ;;
    --working-directory=*) folder=${1#*=} ;;
    --property=EnvironmentFile=*) settings=${1##*=} ;;
    *) echo "systemd-run: $1 is not imitated" >&2; exit 2 ;;
  esac
  shift
done
cd "$folder"
export HOME=$(getent passwd "$account" | cut -d: -f6)
set -a; . "$settings"; set +a
exec setpriv --reuid "$account" --regid familylaw --clear-groups -- "$@"
"""


class UnitError(Exception):
    """A unit did not start; the words are those of its programs."""


@dataclass
class Systemd:
    """`root`: the folder of the clean system."""

    root: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    sockets: dict[str, socket.socket] = field(default_factory=dict)

    def install(self) -> None:
        """Put the two programs into the clean system, and listen to them."""
        for name, text in {"systemctl": CLIENT, "systemd-run": RUN}.items():
            program = self.root / "usr/bin" / name
            program.write_text(text)
            program.chmod(0o755)
        asked = socket.socket(socket.AF_UNIX)
        asked.bind(str(self.root / "run/imitated-systemd"))
        asked.listen()
        threading.Thread(target=self._listen, args=(asked,), daemon=True).start()

    def _listen(self, asked: socket.socket) -> None:
        while True:
            asker, _address = asked.accept()
            with asker, asker.makefile("rw") as lines:
                words = lines.read().split("\0")
                try:
                    self.do(words)
                except (UnitError, OSError, KeyError, subprocess.CalledProcessError) as error:
                    lines.write(f"1{type(error).__name__}: {error}\n")
                else:
                    lines.write("0")

    def do(self, words: list[str]) -> None:
        """Do what `systemctl` was asked."""
        verb, *names = [word for word in words if word != "--now"]
        if verb == "daemon-reload":
            return
        for name in names:
            {"postgresql": self._postgresql, "nginx": self._nginx}.get(name, self._unit)(verb, name)

    def _postgresql(self, verb: str, _name: str) -> None:
        self._in_system(["pg_ctlcluster", "15", "main", verb])

    def _nginx(self, verb: str, _name: str) -> None:
        pid = self.root / "run/nginx.pid"
        # A test of the settings leaves an empty one.
        runs = pid.exists() and pid.read_text().strip()
        self._in_system(["nginx", "-s", verb] if runs else ["nginx"])

    def _in_system(self, command: list[str]) -> None:
        subprocess.run(["chroot", str(self.root), *command], check=True, stdout=sys.stderr)

    def _unit(self, verb: str, name: str) -> None:
        if name.endswith(".timer"):
            return
        if name.endswith(".socket"):
            self._open(name)
        elif verb in ("start", "enable", "restart", "stop"):
            self.stop(name)
            if verb != "stop":
                self._start(name)
        else:
            raise UnitError(f"{verb} {name} is not imitated")

    def _open(self, name: str) -> None:
        host, port = self._read(name)["Socket"]["ListenStream"].split(":")
        self.sockets[name] = socket.create_server((host, int(port)), backlog=2048)

    def stop(self, name: str) -> None:
        process = self.running.pop(name, None)
        if process is not None:
            process.terminate()
            process.wait(120)

    def kill(self, name: str) -> None:
        """End it as an empty memory would, its children too, and let nothing start it anew."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _start(self, name: str) -> None:
        service = self._read(f"{name}.service")["Service"]
        surroundings = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        for file in service["EnvironmentFile"].split("\n"):
            surroundings |= self._settings(file)
        self._state_folder(service)
        commands = [shlex.split(line) for line in service["ExecStart"].split("\n")]
        if service["Type"] == "oneshot":
            for command in commands:
                if self._spawn(service, command, surroundings).wait():
                    raise UnitError(f"{name} failed")
            return
        with self._readiness(service, surroundings) as ready:
            listens = self.sockets.get(f"{name}.socket")
            process = self._spawn(service, commands[0], surroundings, listens)
            self.running[name] = process
            ready.wait(process, name)

    def _spawn(
        self,
        service: configparser.SectionProxy,
        command: list[str],
        surroundings: dict[str, str],
        listens: socket.socket | None = None,
    ) -> subprocess.Popen[bytes]:
        folder = service.get("WorkingDirectory", "/")
        script = f'cd {folder}; exec "$@"'
        if listens is not None:
            # The first descriptor after the three that every program has, as sd_listen_fds(3) says.
            given = listens.fileno()
            script = (
                f'cd {folder}; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@" 3<&{given} {given}<&-'
            )
        account = [
            "setpriv",
            "--reuid",
            service["User"],
            "--regid",
            service["Group"],
            "--clear-groups",
        ]
        return subprocess.Popen(
            ["chroot", str(self.root), *account, "bash", "-c", script, "bash", *command],
            env=surroundings,
            pass_fds=() if listens is None else (listens.fileno(),),
            start_new_session=True,
        )

    @contextlib.contextmanager
    def _readiness(
        self, service: configparser.SectionProxy, surroundings: dict[str, str]
    ) -> Iterator["_Ready"]:
        """Hear whether the service is ready, where its type says that it tells."""
        if service["Type"] != "notify":
            yield _Ready(None)
            return
        path = f"/run/notify-{len(os.listdir(self.root / 'run'))}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
            heard.bind(f"{self.root}{path}")
            (self.root / path.lstrip("/")).chmod(0o666)
            surroundings["NOTIFY_SOCKET"] = path
            yield _Ready(heard)

    def _state_folder(self, service: configparser.SectionProxy) -> None:
        folder = f"/var/lib/{service['StateDirectory']}"
        mode, owner = service["StateDirectoryMode"], f"{service['User']}:{service['Group']}"
        self._in_system(["install", "-d", "-m", mode, folder])
        self._in_system(["chown", owner, folder])

    def _settings(self, file: str) -> dict[str, str]:
        lines = (self.root / file.lstrip("/")).read_text().splitlines()
        pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
        return {name: value.strip('"') for name, _, value in pairs}

    def _read(self, name: str) -> configparser.ConfigParser:
        return read_unit((self.root / "etc/systemd/system" / name).read_text())


@dataclass
class _Ready:
    heard: socket.socket | None

    def wait(self, process: subprocess.Popen[bytes], name: str) -> None:
        """Wait until the service says that it is ready; two minutes at most."""
        if self.heard is None:
            return
        self.heard.settimeout(120)
        while b"READY=1" not in self.heard.recv(4096):
            if process.poll() is not None:
                raise UnitError(f"{name} ended with {process.returncode}")


def read_unit(text: str) -> configparser.ConfigParser:
    """Read a unit file; a name that stands twice has its values on lines of their own."""
    section, kept = "", dict[str, dict[str, list[str]]]()
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            kept.setdefault(section, {}).setdefault(name, []).append(value)
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[method-assign,assignment]
    unit.read_dict(
        {head: {n: "\n".join(v) for n, v in names.items()} for head, names in kept.items()}
    )
    return unit
