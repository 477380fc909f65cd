"""Load the demo once, all or nothing, and add weeks when the old ones have passed."""

from datetime import timedelta
from random import Random

from django.db import connection, transaction

from bookings.models import Appointment, Party
from demo import walk_ins
from demo.asks import DeskWriter
from demo.calls import CallBackWriter
from demo.cases import write_cases
from demo.evenings import plan_evenings
from demo.families import write_families
from demo.feedback import count_feedback
from demo.interpreters import order_interpreters
from demo.outcomes import note_outcomes
from demo.pairs import invite_partners
from demo.people import Parents
from demo.phone import build_guidance, write_calls
from demo.referrals import build_directory, hand_people_on
from demo.unit import build_unit, check_languages
from demo.visits import TimeFinder
from demo.waiting import fill_waiting_list
from demo.writing import Writer
from familylaw import demo_mark
from office.core import clock
from office.guidance.ready_made import nothing_written
from office.models import Role, Unit, User
from walkin.days.planning import make_days

WEEKS_PAST = 4
WEEKS_AHEAD = 5
# Any number that nothing else locks.
_LOCK = 703_2023


class ForeignDataError(Exception):
    """The database holds another unit's data, real or of another demo."""


def load(name: str) -> bool:
    """Load the demo unit `name`; return whether anything was added. Raises ForeignDataError."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if Unit.objects.exists():
            if demo_mark.demo_data() != name:
                raise ForeignDataError
            added = _add_weeks(name)
            if nothing_written():
                # The data of an earlier release has no short pages.
                build_guidance()
            return walk_ins.open_today(name) or added
        if User.objects.exists():
            raise ForeignDataError
        demo_mark.mark_demo_data(name)
        build_unit(name)
        build_directory(name)
        _walk_ins(name)
        build_guidance()
        _fill(name, weeks_past=WEEKS_PAST)
        check_languages()
    return True


def _walk_ins(name: str) -> None:
    """Set up the walk-ins before appointments: professionals on walk-in duty are not booked then."""
    walk_ins.set_up(name)
    walk_ins.fill_past(clock.monday_of(clock.today()) - timedelta(weeks=WEEKS_PAST))
    walk_ins.open_today(name)
    make_days()


def _add_weeks(name: str) -> bool:
    """Add weeks where no visit lies ahead; existing ones stay as they are."""
    if Appointment.objects.filter(starts_at__gt=clock.now()).exists():
        return False
    _fill(name, weeks_past=0)
    return True


def _fill(name: str, *, weeks_past: int) -> None:
    # The same unit every time; not for secrets.
    random = Random(f"{name} {weeks_past}")  # noqa: S311
    secretary = User.objects.filter(roles__contains=[Role.SECRETARY]).earliest("pk")
    writer = Writer(Unit.get(), secretary)
    today = clock.today()
    first = clock.monday_of(today) - timedelta(weeks=weeks_past) if weeks_past else today
    # Shared, so that no two people get the same phone number.
    parents = Parents(random, 100 + Party.objects.count())
    TimeFinder(random, parents, writer, first, today + timedelta(weeks=WEEKS_AHEAD)).fill()
    writer.write()
    desk = DeskWriter(parents, writer)
    desk.fill()
    CallBackWriter(random, parents, first).fill()
    fill_waiting_list(secretary)
    write_families(desk, parents, secretary)
    invite_partners(secretary)
    order_interpreters()
    note_outcomes(secretary)
    plan_evenings()
    if weeks_past:
        write_calls(random, secretary, first, today)
        write_cases(parents, secretary)
        count_feedback()
        hand_people_on()
