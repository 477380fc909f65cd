"""Periodic tasks of the evenings."""

from procrastinate.contrib.django import app

from evenings.afterwards import material_checks
from evenings.afterwards.messages_after import notify_afterwards
from evenings.notifications import messages
from evenings.waiting import offers
from office.core import clock


@app.periodic(cron="*/5 * * * *")
@app.task(name="evenings.tasks.pass_on", queueing_lock="evenings-pass-on")
def pass_on(timestamp: int) -> int:
    """Pass on places that were not taken, and offer those that are free."""
    return offers.sweep()


@app.periodic(cron="*/10 * * * *")
@app.task(name="evenings.tasks.remind", queueing_lock="evenings-remind")
def remind(timestamp: int) -> int:
    """Remind the day before; and afterwards of what there is to read, and of the questions."""
    return messages.remind() + notify_afterwards()


@app.task(name=material_checks.CHECK_TASK)
def check_material(key: int) -> None:
    material_checks.check_material(key)


@app.periodic(cron="50 4 * * *")
@app.task(name="evenings.tasks.find_due_materials", queueing_lock="find-due-materials")
def find_due_materials(timestamp: int) -> None:
    """Check each by a job of its own, as guidance links are."""
    material_checks.ask_checks(clock.now())
