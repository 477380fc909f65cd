"""All that is installed is pinned whole, by hashes; and an audit that was not done is heard."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from launcher.places import BASE_DIR

PAIRS = [
    ("requirements.in", "requirements.txt"),
    ("tests/requirements.in", "tests/requirements.txt"),
]
_PIN = re.compile(r"([\w.-]+)(?:\[[\w,]+\])?==([^\s;\\]+)")


def pins(text: str) -> dict[str, str]:
    """Release by package, its name as pip compares names."""
    return {re.sub(r"[-_.]+", "-", n).lower(): v for n, v in _PIN.findall(text)}


def read(name: str) -> str:
    return (BASE_DIR / name).read_text()


@pytest.mark.parametrize(("chosen", "written"), PAIRS)
def test_what_is_chosen_is_what_is_installed(chosen: str, written: str) -> None:
    assert pins(read(chosen)).items() <= pins(read(written)).items()


@pytest.mark.parametrize("written", [written for _, written in PAIRS])
def test_every_package_has_its_hashes(written: str) -> None:
    lines = [line for line in read(written).splitlines() if line and not line.startswith("#")]
    packages = "\n".join(lines).replace("\\\n", " ").splitlines()
    assert len(packages) == len(pins(read(written)))
    assert [line for line in packages if "--hash=sha256:" not in line] == []


def test_the_tests_run_on_the_product_s_own_releases() -> None:
    assert pins(read("requirements.txt")).items() <= pins(read("tests/requirements.txt")).items()


def test_hashes_of_other_machines_are_there_too() -> None:
    """A package with compiled parts has a file for each kind of machine."""
    block = re.search(r"^cryptography==.*?(?=^\w)", read("requirements.txt"), re.M | re.S)
    assert block
    assert block[0].count("--hash=") > 10


SAID = {
    "no answer": ("requests.exceptions.ConnectionError: …\n", 1),
    "unknown packages": ("Dependency not found on PyPI and could not be audited: django\n", 0),
    "a hole": ("Found 1 known vulnerability in 1 package\n", 1),
    "nothing": ("No known vulnerabilities found\n", 0),
}


@pytest.fixture(params=SAID)
def audit(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """Make a program that says what pip-audit says then."""
    said, code = SAID[request.param]
    program = tmp_path / "pip-audit"
    program.write_text(f"#!/bin/sh\nprintf '%s' '{said}'\nexit {code}\n")
    program.chmod(0o755)
    return request.param, program


@pytest.mark.parametrize("required", ["", "1"])
def test_an_audit_that_was_not_done_is_heard(audit: tuple[str, Path], required: str) -> None:
    name, program = audit
    done = subprocess.run(
        [BASE_DIR / "scripts/audit"],
        env={**os.environ, "PIP_AUDIT": str(program), "REQUIRE_AUDIT": required},
        capture_output=True,
        text=True,
    )
    loud = name in ("no answer", "unknown packages")
    assert ("!!! THE AUDIT OF DEPENDENCIES" in done.stderr) == loud
    assert ("No known holes" in done.stdout) == (name == "nothing")
    assert done.returncode == int(name == "a hole" or (loud and required == "1"))
