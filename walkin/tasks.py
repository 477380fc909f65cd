"""Periodic tasks of the walk-in."""

from procrastinate.contrib.django import app

from walkin.actions.near_text import send_near_texts
from walkin.days import lifecycle, planning
from walkin.estimates import accuracy


@app.periodic(cron="* * * * *")
@app.task(name="walkin.tasks.tick", queueing_lock="walk-in-tick")
def tick(timestamp: int) -> None:
    """Open and end days and intakes in time, write to who is near, and measure ended estimates."""
    lifecycle.tick()
    send_near_texts()
    accuracy.keep_accuracy()


@app.periodic(cron="*/15 * * * *")
@app.task(name="walkin.tasks.make_days", queueing_lock="walk-in-days")
def make_days(timestamp: int) -> int:
    """Make walk-in days from the weekly hours, and update planned ones."""
    return planning.make_days()
