"""The worker of messages, reminders and PDFs, kept running over restarts of the database.

Procrastinate's worker ends with exit code 0 when its connection is lost, so that no service manager
starts it again. Here it is restarted, each time after a longer wait, until it is asked to stop.
"""

import asyncio
import logging
import signal
import time
from typing import Any

import procrastinate
from asgiref.sync import sync_to_async
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from familylaw.startup import NoAnswerRefusal, refuse_wrong_database
from launcher.places import Refusal

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
# After this long a worker counts as stable: later trouble is new trouble.
SETTLED = 60.0
# Seconds until an unresponsive database counts as away.
PATIENCE = 5.0


async def keep_working(*, graceful: float | None = None, give_up_after: int | None = None) -> int:
    """Work until SIGTERM or SIGINT; return the exit code.

    `graceful`: seconds that running jobs may take after that; None: until they are done.
    `give_up_after`: give up with code 1 after this many ends without a stable run between; None:
    never.
    """
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    stop = asyncio.create_task(asked.wait())
    failures = 0
    while True:
        begun = time.monotonic()
        run = asyncio.create_task(_run(graceful))
        await asyncio.wait({run, stop}, return_when=asyncio.FIRST_COMPLETED)
        if asked.is_set():
            run.cancel()
            await asyncio.gather(run, return_exceptions=True)
            return 0
        error = run.exception()
        if isinstance(error, Refusal) and not isinstance(error, NoAnswerRefusal):
            log.error("%s", error)
            return 1
        failures = 1 if time.monotonic() - begun >= SETTLED else failures + 1
        if give_up_after is not None and failures >= give_up_after:
            log.error("the worker has ended %s times in a row: given up", failures)
            return 1
        wait = min(FIRST_WAIT * 2 ** (failures - 1), LONGEST_WAIT)
        log.warning("the worker has ended (%s): begun anew in %d s", _reason(run), wait)
        await asyncio.wait({stop}, timeout=wait)
        if asked.is_set():
            return 0


async def _run(graceful: float | None) -> None:
    """Run one worker on its own connections until it ends. Raises Refusal."""
    await sync_to_async(_check_database)()
    connector = procrastinate.PsycopgConnector(
        kwargs=connector_params(), timeout=PATIENCE, reconnect_timeout=PATIENCE
    )
    with app.replace_connector(connector) as own:
        async with own.open_async():
            patience: dict[str, Any] = (
                {} if graceful is None else {"shutdown_graceful_timeout": graceful}
            )
            await own.run_worker_async(install_signal_handlers=False, **patience)


def _check_database() -> None:
    """Check the database over a new connection: a restart would cut one that is kept."""
    try:
        refuse_wrong_database()
    finally:
        connection.close()


def _reason(run: asyncio.Task[None]) -> str:
    """Return only the type of the error: its message may hold an address."""
    error = run.exception()
    return type(error).__name__ if error else "its connection was lost"
