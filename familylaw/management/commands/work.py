"""Run the worker, as systemd and `make run` do."""

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from familylaw.worker import keep_working


class Command(BaseCommand):
    help = (
        "Send messages and reminders, make PDFs, forget what is old. Goes on after a restart of the "
        "database; SIGTERM ends it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--graceful",
            type=float,
            metavar="SECONDS",
            help="how long what has begun may go on after SIGTERM; else until it is done",
        )
        parser.add_argument(
            "--give-up-after",
            type=int,
            metavar="TIMES",
            help="end with code 1 after so many failures in a row; else try for ever",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        code = asyncio.run(
            keep_working(graceful=options["graceful"], give_up_after=options["give_up_after"])
        )
        if code:
            raise SystemExit(code)
