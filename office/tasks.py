"""Work of the worker: messages, calendars, links. A job carries a number and nothing else."""

from procrastinate.contrib.django import app

from office.core import clock
from office.core.set_up_cache import forget_changes
from office.guidance.link_checks import CHECK_TASK, ask_checks, check_link
from office.messaging import delivery
from office.messaging.outbox import QUEUE, SEND_TASK
from office.own_calendars.actions import READ_TASK, ask_reading, due
from office.own_calendars.reading import read_calendar


@app.task(name=SEND_TASK, queue=QUEUE)
def send_message(message_id: int) -> None:
    delivery.send(message_id)


@app.periodic(cron="* * * * *")
@app.task(name="office.tasks.find_unsent", queue=QUEUE, queueing_lock="find-unsent")
def find_unsent(timestamp: int) -> None:
    delivery.find_unsent()


@app.task(name=READ_TASK)
def read_own_calendar(key: int) -> None:
    read_calendar(key)


@app.periodic(cron="* * * * *")
@app.task(name="office.tasks.find_due_calendars", queueing_lock="find-due-calendars")
def find_due_calendars(timestamp: int) -> None:
    """Read each by a job of its own, so that a slow server keeps neither messages nor others waiting."""
    for key in due(clock.now()).values_list("pk", flat=True):
        ask_reading(key)


@app.task(name=CHECK_TASK)
def check_guidance_link(key: int) -> None:
    check_link(key)


@app.periodic(cron="10 4 * * *")
@app.task(name="office.tasks.forget_set_up_changes", queueing_lock="forget-set-up-changes")
def forget_set_up_changes(timestamp: int) -> None:
    forget_changes()


@app.periodic(cron="20 4 * * *")
@app.task(name="office.tasks.find_due_links", queueing_lock="find-due-links")
def find_due_links(timestamp: int) -> None:
    """Check each by a job of its own, as with calendars."""
    ask_checks(clock.now())
