"""What the worker does by the clock."""

from procrastinate.contrib.django import app

from plans import drafts


@app.periodic(cron="35 1 * * *")
@app.task(name="plans.tasks.forget_drafts", queueing_lock="forget-drafts")
def forget_drafts(timestamp: int) -> int:
    """Drafts that nobody has used for their lifetime."""
    return drafts.forget_old()
