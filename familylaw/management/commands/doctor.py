"""`manage.py doctor`: look at everything that an installation depends on."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from familylaw import release
from familylaw.doctor.configuration import examine_settings
from familylaw.doctor.database import examine_database
from familylaw.doctor.dns_records import examine_dns
from familylaw.doctor.findings import Examination, Finding, State, broken
from familylaw.doctor.messages import examine_mail, examine_outbox, examine_text_messages
from familylaw.doctor.surroundings import examine_backup, examine_certificate, examine_worker

# In this order, so that what much else depends on comes first.
EXAMINATIONS: dict[str, Examination] = {
    "settings": examine_settings,
    "database": examine_database,
    "worker": examine_worker,
    "outbox": examine_outbox,
    "mail": examine_mail,
    "text messages": examine_text_messages,
    "dns": examine_dns,
    "certificate": examine_certificate,
    "backup": examine_backup,
}


class Command(BaseCommand):
    help = (
        "Look at settings, database, worker, mail, text messages, DNS, certificate and backup. Nothing "
        "is changed or sent. Exit code: 0 all is well, 1 look at something, 2 something is broken."
    )
    # The doctor says what is wrong; it is not stopped by it.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object, for a monitor")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(examine())
        worst = max((finding.state for finding in findings), default=State.OK)
        if options["json"]:
            self.stdout.write(json.dumps(_as_data(worst, findings)))
        else:
            for finding in findings:
                self._write(finding)
            self.stdout.write(f"{release.version()}: {worst.label}")
        if worst:
            raise SystemExit(int(worst))

    def _write(self, finding: Finding) -> None:
        style = {
            State.OK: self.style.SUCCESS,
            State.LOOK: self.style.WARNING,
            State.BROKEN: self.style.ERROR,
        }[finding.state]
        mark = style(f"{finding.state.label:9}")
        self.stdout.write(f"{mark}  {finding.subject}: {finding.sentence}")
        if finding.advice:
            self.stdout.write(f"           → {finding.advice}")


def examine() -> Iterator[Finding]:
    """Run every examination; one that fails is a finding, and the others go on."""
    for subject, examination in EXAMINATIONS.items():
        try:
            yield from examination()
        except DatabaseError:
            yield broken(subject, "not looked at: the database does not answer", "See above.")
        except Exception as error:
            yield broken(
                subject, f"could not be looked at ({type(error).__name__})", "Report this error."
            )


def _as_data(worst: State, findings: list[Finding]) -> dict[str, object]:
    return {
        "version": release.version(),
        "state": worst.label,
        "findings": [
            {
                "state": finding.state.label,
                "subject": finding.subject,
                "sentence": finding.sentence,
                "advice": finding.advice,
            }
            for finding in findings
        ],
    }
