"""Periodic tasks of referrals."""

from procrastinate.contrib.django import app

from office.core import clock
from referrals.directory import website_checks
from referrals.hand_over import actions


@app.periodic(cron="*/5 * * * *")
@app.task(name="referrals.tasks.delete_contents", queueing_lock="referral-contents")
def delete_contents(timestamp: int) -> int:
    """Delete what partners were told once they cannot read it any more."""
    return actions.delete_contents()


@app.task(name=website_checks.CHECK_TASK)
def check_website(key: int) -> None:
    website_checks.check_website(key)


@app.periodic(cron="40 4 * * *")
@app.task(name="referrals.tasks.find_due_websites", queueing_lock="find-due-websites")
def find_due_websites(timestamp: int) -> None:
    """Check each by a job of its own, as guidance links are."""
    website_checks.ask_checks(clock.now())
