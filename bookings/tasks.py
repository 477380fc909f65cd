"""What the worker does by the clock. The pages never depend on it, except for messages."""

from datetime import timedelta

from procrastinate import JobContext
from procrastinate.contrib.django import app

from bookings.appointments import freed, proposals, reminders
from bookings.appointments.undo import forget_lapsed
from bookings.availability import holds
from bookings.call_backs import notifications
from bookings.joint_times import forgetting as joint_times
from bookings.phone import calls
from bookings.preparation import opening
from bookings.waiting_list import offers as earlier_offers
from office.retention import purge as purging
from office.retention.table import period_of

KEEP_JOBS_HOURS = int(period_of("jobs") / timedelta(hours=1))


@app.periodic(cron="*/10 * * * *")
@app.task(name="bookings.tasks.remind", queueing_lock="remind")
def remind(timestamp: int) -> int:
    return reminders.send_reminders() + reminders.remind_partners() + notifications.remind_calls()


@app.periodic(cron="*/5 * * * *")
@app.task(name="bookings.tasks.free_lapsed", queueing_lock="free-lapsed")
def free_lapsed(timestamp: int) -> int:
    """Free what has lapsed: holds, offers, undoing, calls. Then joint times, and earlier ones."""
    done = holds.forget_lapsed_holds() + proposals.expire_offers() + forget_lapsed()
    return done + calls.end_forgotten() + joint_times.sweep() + earlier_offers.sweep()


@app.periodic(cron="25 * * * *")
@app.task(name="bookings.tasks.close_papers", queueing_lock="close-papers")
def close_papers(timestamp: int) -> int:
    """Delete what opened parents' papers at visits that are over."""
    return opening.delete_ended()


@app.task(name=freed.TASK, queueing_lock="offer-earlier", lock="offer-earlier")
def offer_earlier() -> int:
    """Ask who would like a time that a cancelled or moved visit has freed."""
    return earlier_offers.sweep()


@app.periodic(cron="20 1 * * *")
@app.task(name="bookings.tasks.clear_up", queueing_lock="clear-up")
def clear_up(timestamp: int) -> int:
    """Remove at night what is kept no longer, of all apps."""
    return sum(purging.purge().counts.values())


@app.periodic(cron="50 1 * * *")
@app.task(name="bookings.tasks.forget_jobs", queueing_lock="forget-jobs", pass_context=True)
async def forget_jobs(context: JobContext, timestamp: int) -> None:
    """Remove jobs that ended, however they ended."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEEP_JOBS_HOURS,
        include_failed=True,
        include_cancelled=True,
        include_aborted=True,
    )
