"""What is kept, of whom, for how long, and what removes it: the one table of it.

The nightly purge works through it, `/privacy/` and the manager's page tell it, and a test compares
docs/data-protection.md with it. Upper floors are named by dotted paths, since this is the ground floor.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cached_property
from typing import Any, cast

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from office.core import clock
from office.models import Unit


class Whose(Enum):
    CLIENT = "client"
    STAFF = "staff"
    NOBODY = "nobody"


@dataclass(frozen=True)
class RetentionRow:
    """One kind of data.

    `how_long`: a time, or the name of the unit's setting in days. `due`: the function that gives the rows
    that began before an instant; the purge removes them in batches by `removed_by`, which is given their
    keys. Without `due`, `removed_by` is the job that does it by itself, more often than each night.
    """

    key: str
    what: str | Promise
    whose: Whose
    how_long: timedelta | str
    since: str | Promise
    removed_by: str
    due: str = ""
    # Told on the public page.
    is_public: bool = False

    def period(self, unit: Unit) -> timedelta:
        if isinstance(self.how_long, timedelta):
            return self.how_long
        return timedelta(days=getattr(unit, self.how_long))

    def rows(self, unit: Unit) -> QuerySet[Any]:
        """What is due now."""
        due = cast(Callable[[datetime], QuerySet[Any]], import_string(self.due))
        return due(clock.now() - self.period(unit))

    @cached_property
    def remove(self) -> Callable[[Sequence[Any]], object]:
        """Removes the rows with these keys, in the caller's transaction."""
        return cast(Callable[[Sequence[Any]], object], import_string(self.removed_by))


RETENTION = "retention_days"
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
TABLE: tuple[RetentionRow, ...] = (
    RetentionRow(
        "appointments",
        _("Appointments and requests, with the parties, their history and the messages about them"),
        Whose.CLIENT,
        RETENTION,
        _("the visit; where there was none, the last change"),
        "bookings.retention.removal.remove_appointments",
        "bookings.retention.removal.old_appointments",
        is_public=True,
    ),
    RetentionRow(
        "joint-marks",
        _("When each parent has marked that they can come, for a joint time"),
        Whose.CLIENT,
        HOUR,
        _("agreeing on a time, or the end of the search"),
        "bookings.joint_times.forgetting.forget_marks",
        is_public=True,
    ),
    RetentionRow(
        "words-before",
        _("What you wrote to the secretary before the visit"),
        Whose.CLIENT,
        7 * DAY,
        _("the visit, or its calling off"),
        "bookings.words_before.actions.remove_words",
        "bookings.words_before.actions.old_words",
        is_public=True,
    ),
    RetentionRow(
        "cases",
        _(
            "Cases without a visit, with the people whom the notice named; others go with their visits"
        ),
        Whose.CLIENT,
        RETENTION,
        _("the last change"),
        "bookings.retention.removal.remove_cases",
        "bookings.retention.removal.old_cases",
        is_public=True,
    ),
    RetentionRow(
        "postal-addresses",
        _(
            "Postal addresses for invitations; at once when the person has answered or the case is closed"
        ),
        Whose.CLIENT,
        60 * DAY,
        _("posting the letter; where none was posted, the last change"),
        "bookings.cases.queries.remove_addresses",
        "bookings.cases.queries.old_addresses",
        is_public=True,
    ),
    RetentionRow(
        "call-backs",
        _("Call-backs, with the messages about them"),
        Whose.CLIENT,
        RETENTION,
        _("the time of the call"),
        "bookings.retention.removal.remove_call_backs",
        "bookings.retention.removal.old_call_backs",
        is_public=True,
    ),
    RetentionRow(
        "evening-contacts",
        _(
            "Name, contact and private word of who has signed up for an evening, and the messages to them"
        ),
        Whose.CLIENT,
        14 * DAY,
        _("the evening"),
        "evenings.retention.removal.blank_contacts",
        "evenings.retention.removal.with_contacts",
        is_public=True,
    ),
    RetentionRow(
        "evening-sign-ups",
        _("Sign-ups for evenings, by then a number alone"),
        Whose.CLIENT,
        RETENTION,
        _("the evening"),
        "evenings.retention.removal.remove_sign_ups",
        "evenings.retention.removal.old_sign_ups",
        is_public=True,
    ),
    RetentionRow(
        "referrals",
        _("Slips with which you were handed on to a partner: to whom, when, and the answer"),
        Whose.CLIENT,
        RETENTION,
        _("the last change"),
        "referrals.hand_over.actions.remove_referrals",
        "referrals.hand_over.actions.old_referrals",
        is_public=True,
    ),
    RetentionRow(
        "referral-contents",
        _("What you agreed to tell a partner: sealed, and opened by the code on your slip alone"),
        Whose.CLIENT,
        HOUR,
        _("the first opening, or the end of the slip"),
        "referrals.hand_over.actions.delete_contents",
        is_public=True,
    ),
    RetentionRow(
        "messages",
        _("Other messages that we have sent"),
        Whose.CLIENT,
        RETENTION,
        _("the day on which it was written"),
        "bookings.retention.removal.remove_messages",
        "bookings.retention.removal.old_messages",
        is_public=True,
    ),
    RetentionRow(
        "guidance-links",
        _("Where we sent links to guidance"),
        Whose.CLIENT,
        14 * DAY,
        _("sending"),
        "bookings.retention.removal.remove_messages",
        "bookings.retention.removal.old_guidance_links",
        is_public=True,
    ),
    RetentionRow(
        "calls",
        _("Which appointment a phone call was about, and to whom we referred the caller"),
        Whose.CLIENT,
        RETENTION,
        _("the call"),
        "bookings.retention.removal.blank_calls",
        "bookings.retention.removal.old_calls",
        is_public=True,
    ),
    RetentionRow(
        "person-notes",
        _("The secretary's note on a person, under keyed hashes of name and contacts"),
        Whose.CLIENT,
        RETENTION,
        _("the day on which it was last written"),
        "bookings.parties.notes.remove_notes",
        "bookings.parties.notes.old_notes",
        is_public=True,
    ),
    RetentionRow(
        "told-apart",
        _("That two people who look alike are not the same, under keyed hashes"),
        Whose.CLIENT,
        RETENTION,
        _("the day on which it was said"),
        "bookings.parties.apart.remove_rows",
        "bookings.parties.apart.old_rows",
        is_public=True,
    ),
    RetentionRow(
        "call-tasks",
        _("Whom we have promised to call"),
        Whose.CLIENT,
        14 * DAY,
        _("the call, or the day for which it was promised"),
        "bookings.phone.call_tasks.remove_tasks",
        "bookings.phone.call_tasks.old_tasks",
        is_public=True,
    ),
    RetentionRow(
        "parked-bookings",
        _("A booking that was begun on the phone when the line was cut, encrypted"),
        Whose.CLIENT,
        7 * DAY,
        _("the call"),
        "bookings.staff_booking.parking.remove_parked",
        "bookings.staff_booking.parking.old_parked",
        is_public=True,
    ),
    RetentionRow(
        "data-requests",
        _("That somebody has asked for their own data, and when we answered"),
        Whose.CLIENT,
        RETENTION,
        _("the answer"),
        "bookings.retention.requests.remove_requests",
        "bookings.retention.requests.old_requests",
        is_public=True,
    ),
    RetentionRow(
        "preparations",
        _("What you prepare for a visit at home: ticks and forms, locked with your own key"),
        Whose.CLIENT,
        7 * DAY,
        _("the visit; where it was called off, at once unreadable, and from then"),
        "bookings.preparation.sealed.remove_papers",
        "bookings.preparation.sealed.old_papers",
        is_public=True,
    ),
    RetentionRow(
        "preparation-openings",
        _("A professional's way into such forms during the visit"),
        Whose.CLIENT,
        HOUR,
        _("the end of the visit, which closes it at once"),
        "bookings.preparation.opening.delete_ended",
    ),
    RetentionRow(
        "plan-drafts",
        _("Drafts of parenting plans, locked with the parents' own links"),
        Whose.CLIENT,
        180 * DAY,
        _("the day on which it was last opened"),
        "plans.vault.drafts.remove_drafts",
        "plans.vault.drafts.expired_drafts",
        is_public=True,
    ),
    RetentionRow(
        "plan-meetings",
        _("A guide's way into a draft"),
        Whose.CLIENT,
        HOUR,
        _("the end of the meeting, which closes it at once"),
        "plans.vault.drafts.delete_ended_meetings",
    ),
    RetentionRow(
        "plan-pdfs",
        _("PDFs of a draft that wait to be fetched"),
        Whose.CLIENT,
        15 * MINUTE,
        _("asking for it"),
        "plans.output.printing.delete_expired",
    ),
    RetentionRow(
        "walk-in-links",
        _(
            "In the walk-in: the link of a number, who it was known to be, for which visit, "
            "where a text goes"
        ),
        Whose.CLIENT,
        timedelta(0),
        _("the end of the day"),
        "walkin.days.lifecycle.tick",
        is_public=True,
    ),
    RetentionRow(
        "unsent-drafts",
        _("What you fill in before you send it"),
        Whose.CLIENT,
        8 * HOUR,
        _("the last page that you opened"),
        "office.retention.old_rows.remove_sessions",
        "office.retention.old_rows.old_sessions",
        is_public=True,
    ),
    RetentionRow(
        "staff-sessions",
        _(
            "Where a member of staff is signed in: browser, since when, last used; their last searches"
        ),
        Whose.STAFF,
        timedelta(0),
        _("the end of the session"),
        "office.retention.old_rows.remove_staff_sessions",
        "office.retention.old_rows.old_staff_sessions",
    ),
    RetentionRow(
        "held-times",
        _("Times held while somebody fills in a form"),
        Whose.NOBODY,
        HOUR,
        _("the end of the hold"),
        "bookings.availability.holds.forget_lapsed_holds",
    ),
    RetentionRow(
        "undo",
        _("How a booking was before the last change, so that it can be undone"),
        Whose.STAFF,
        HOUR,
        _("the change"),
        "bookings.appointments.undo.forget_lapsed",
    ),
    RetentionRow(
        "tries",
        _("How many attempts were made, under keyed hashes"),
        Whose.NOBODY,
        2 * DAY,
        _("the try"),
        "office.retention.old_rows.remove_tries",
        "office.retention.old_rows.old_tries",
    ),
    RetentionRow(
        "jobs",
        _("Server jobs: numbers of rows, no personal data"),
        Whose.NOBODY,
        72 * HOUR,
        _("the end of the job"),
        "bookings.tasks.forget_jobs",
    ),
    RetentionRow(
        "absence-reasons",
        _("Why a member of staff was away: afterwards it says “otherwise engaged”"),
        Whose.STAFF,
        365 * DAY,
        _("the end of the absence"),
        "office.retention.old_rows.blank_absences",
        "office.retention.old_rows.old_absences",
    ),
    RetentionRow(
        "blocked-times",
        _("What a member of staff has kept free of bookings: a meeting, a day in court, lunch"),
        Whose.STAFF,
        365 * DAY,
        _("the end of the time"),
        "office.calendar.blocked_time.remove_past",
        "office.calendar.blocked_time.past_blocked_times",
    ),
    RetentionRow(
        "own-calendars",
        _("When a member of staff is busy by their own calendar: times only, no titles"),
        Whose.STAFF,
        DAY,
        _("the end of the busy time"),
        "office.own_calendars.actions.remove_past",
        "office.own_calendars.actions.past_busy_times",
    ),
    RetentionRow(
        "access-log",
        _("The access log: who has handled whose data, and why"),
        Whose.STAFF,
        timedelta(days=12 * 366),
        _("the handling"),
        "office.retention.old_rows.remove_log",
        "office.retention.old_rows.old_log",
        is_public=True,
    ),
    RetentionRow(
        "help-calls",
        _("A silent call for help from a desk: where, when, who called and who came"),
        Whose.STAFF,
        365 * DAY,
        _("the call"),
        "walkin.help.calls.remove_calls",
        "walkin.help.calls.old_calls",
    ),
    RetentionRow(
        "feedback",
        _("Answers to the three questions after visits: counts by month and point, nobody's"),
        Whose.NOBODY,
        3 * 365 * DAY,
        _("the month"),
        "bookings.feedback.actions.remove_counts",
        "bookings.feedback.actions.old_counts",
    ),
    RetentionRow(
        "evening-feedback",
        _("Answers to the three questions after evenings: counts by month and kind, nobody's"),
        Whose.NOBODY,
        3 * 365 * DAY,
        _("the month"),
        "evenings.afterwards.feedback.remove_counts",
        "evenings.afterwards.feedback.old_counts",
    ),
    RetentionRow(
        "purges",
        _("Purge reports: numbers by kind, no personal data"),
        Whose.NOBODY,
        3 * 365 * DAY,
        _("the purge"),
        "office.retention.old_rows.remove_purges",
        "office.retention.old_rows.old_purges",
    ),
)


def period_of(key: str) -> timedelta:
    """How long a kind is kept that no setting decides. Raises KeyError for another."""
    return {kept.key: kept.how_long for kept in TABLE if isinstance(kept.how_long, timedelta)}[key]


def period_label(period: timedelta) -> str:
    """365 days, 12 years, 8 hours, 15 minutes; in the language that is active."""
    if not period:
        return gettext("at once")
    if period.days >= 3 * 365:
        years = round(period.days / 365.25)
        return ngettext("%(count)d year", "%(count)d years", years) % {"count": years}
    if period % DAY == timedelta(0):
        days = period // DAY
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if period % HOUR == timedelta(0):
        hours = period // HOUR
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    minutes = period // MINUTE
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
