"""Periodic and queued tasks of the plans."""

from procrastinate.contrib.django import app

from plans.output import press, printing
from plans.vault import drafts


@app.periodic(cron="15 * * * *")
@app.task(name="plans.tasks.forget_meetings", queueing_lock="forget-meetings")
def forget_meetings(timestamp: int) -> int:
    """Delete what ended meetings left; drafts themselves go with the nightly purge."""
    return drafts.delete_ended_meetings()


@app.periodic(cron="* * * * *")
@app.task(name=press.TASK, queueing_lock="show-press")
def show_press(timestamp: int = 0) -> None:
    """Register this worker, so that pages can hand it keys."""
    press.register()


@app.task(name=printing.TASK)
def make_pdf(print_id: str) -> None:
    printing.make_pdf(print_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="plans.tasks.forget_pdfs", queueing_lock="forget-pdfs")
def forget_pdfs(timestamp: int) -> int:
    """Delete files that were asked for some minutes ago."""
    return printing.delete_expired()
