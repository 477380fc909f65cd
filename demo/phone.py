"""The call log of past weeks, and the library of guidance."""

from datetime import date, datetime, timedelta
from random import Random

from bookings.models import Call, CallLanguage, CallOutcome, QueueHour
from office.calendar.working_time import phone_time
from office.core import clock
from office.core.intervals import merge
from office.guidance.pages import check_version
from office.guidance.ready_made import take_ready_made
from office.models import GuidancePageVersion, Service, User

# How calls end, in percent, for an ordinary week.
OUTCOMES = {
    CallOutcome.BOOKED: 34,
    CallOutcome.MOVED: 12,
    CallOutcome.CANCELLED: 8,
    CallOutcome.GUIDED: 20,
    CallOutcome.LINKS: 10,
    CallOutcome.REFERRED: 7,
    CallOutcome.CALL_BACK: 4,
    CallOutcome.NO_HELP: 3,
    "": 2,
}
REFERRED = ("Kela", "Perheneuvola", "Oikeusaputoimisto", "Digi- ja väestötietovirasto")
LANGUAGES = {CallLanguage.FINNISH: 70, CallLanguage.SWEDISH: 22, CallLanguage.ENGLISH: 8}
# The initials of whoever has read the short pages.
CHECKED_BY = "MK"
BETWEEN_CALLS = (1, 9)
MINUTES = (1, 12)


def build_guidance() -> None:
    """Build what a unit may begin with, as if somebody had read the pages and approved them."""
    take_ready_made(user=None)
    for version in GuidancePageVersion.objects.latest_of_each():
        check_version(version, checked_by=CHECKED_BY)


def write_calls(random: Random, user: User, first: date, last: date) -> None:
    """Write calls in the phone hours from `first` to `last`, none of them after now."""
    now = clock.now()
    services = list(Service.objects.in_use())
    calls: list[Call] = []
    queues: list[QueueHour] = []
    spans = merge((s.start, s.end) for s in phone_time(first=first, last=last))
    for start, end in spans:
        moment = start + timedelta(minutes=random.randint(*BETWEEN_CALLS))
        while moment < end:
            call = _call(random, user, services, moment)
            if call.ended_at is None or call.ended_at > now:
                break
            calls.append(call)
            moment = call.ended_at + timedelta(minutes=random.randint(*BETWEEN_CALLS))
        queues += _queues(random, user, start, min(end, now))
    Call.objects.bulk_create(calls)
    QueueHour.objects.bulk_create(queues)


def _call(random: Random, user: User, services: list[Service], moment: datetime) -> Call:
    outcome = random.choices([*OUTCOMES], [*OUTCOMES.values()])[0]
    language = random.choices([*LANGUAGES], [*LANGUAGES.values()])[0]
    length = timedelta(minutes=random.randint(*MINUTES), seconds=random.randint(0, 59))
    is_other = outcome in (CallOutcome.NO_HELP, CallOutcome.REFERRED, "")
    return Call(
        user=user,
        started_at=moment,
        ended_at=moment + length,
        outcome=outcome,
        was_forgotten=not outcome,
        service=None if is_other else random.choice(services),
        language=language,
        referred_to=random.choice(REFERRED) if outcome == CallOutcome.REFERRED else "",
    )


def _queues(random: Random, user: User, start: datetime, end: datetime) -> list[QueueHour]:
    """Write the numbers of whole hours that have passed."""
    found = []
    hour = clock.local(start)
    while hour + timedelta(hours=1) <= clock.local(end):
        waited = random.randint(2, 7)
        found.append(
            QueueHour(
                day=hour.date(),
                hour=hour.hour,
                waited=waited,
                hung_up=random.randint(0, waited // 2),
                longest_wait=random.randint(3, 16),
                noted_by=user,
                noted_at=(hour + timedelta(hours=1)),
            )
        )
        hour += timedelta(hours=1)
    return found
