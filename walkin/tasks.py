"""What the worker does for the walk-in by the clock."""

from procrastinate.contrib.django import app

from walkin.days import lifecycle as running
from walkin.days import planning as making
from walkin.estimates import accuracy


@app.periodic(cron="* * * * *")
@app.task(name="walkin.tasks.tick", queueing_lock="walk-in-tick")
def tick(timestamp: int) -> None:
    """Days open, intakes close, forgotten days end; of ended ones it is kept how good estimates were."""
    running.tick()
    accuracy.keep_accuracy()


@app.periodic(cron="*/15 * * * *")
@app.task(name="walkin.tasks.make_days", queueing_lock="walk-in-days")
def make_days(timestamp: int) -> int:
    """Days from the weekly hours, and planned ones brought up to date."""
    return making.make_days()
