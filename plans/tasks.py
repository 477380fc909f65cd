"""What the worker does by the clock."""

from procrastinate.contrib.django import app

from plans.output import press, printing
from plans.vault import drafts


@app.periodic(cron="15 * * * *")
@app.task(name="plans.tasks.forget_meetings", queueing_lock="forget-meetings")
def forget_meetings(timestamp: int) -> int:
    """What guides' meetings left that are over; drafts themselves go with the nightly purge."""
    return drafts.forget_meetings()


@app.periodic(cron="* * * * *")
@app.task(name=press.TASK, queueing_lock="show-press")
def show_press(timestamp: int = 0) -> None:
    """That this worker is there, so that a page can hand it a key."""
    press.show()


@app.task(name=printing.TASK)
def make_pdf(print_id: str) -> None:
    printing.make(print_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="plans.tasks.forget_pdfs", queueing_lock="forget-pdfs")
def forget_pdfs(timestamp: int) -> int:
    """The files that were asked for some minutes ago."""
    return printing.forget_old()
