"""What the kinds of event mean: stored values stay, and the groups hold together."""

from bookings.appointments.attendance import STEPS
from bookings.models import EventKind

RENAMED = {
    "CHANNELS_CHANGED": "ways_changed",
    "NOTIFIED_AGAIN": "told_again",
    "PARTNER_ASKED": "pair_asked",
    "PARTNER_ACCEPTED": "pair_accepted",
    "PARTNER_DECLINED": "pair_declined",
    "PARTNER_DROPPED": "pair_dropped",
    "STARTED": "start",
}


def test_rows_written_by_earlier_versions_keep_their_values() -> None:
    expected = {kind.name: kind.name.lower() for kind in EventKind} | RENAMED
    assert {kind.name: kind.value for kind in EventKind} == expected


def test_whoever_may_be_asked_anew_is_notified_and_has_another_calendar_entry() -> None:
    settling = EventKind.settling_time()
    assert settling < EventKind.notified() < EventKind.changing_calendar() | {EventKind.DECLINED}
    added = {EventKind.PARTY_ADDED, EventKind.PERSON_ADDED}
    assert EventKind.asking_parties() - settling == added


def test_attendance_is_what_can_be_marked_on_the_day() -> None:
    assert set(STEPS) == EventKind.attendance()
