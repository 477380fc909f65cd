"""Periodic tasks of referrals."""

from procrastinate.contrib.django import app

from referrals.hand_over import actions


@app.periodic(cron="*/5 * * * *")
@app.task(name="referrals.tasks.delete_contents", queueing_lock="referral-contents")
def delete_contents(timestamp: int) -> int:
    """Delete what partners were told once they cannot read it any more."""
    return actions.delete_contents()
