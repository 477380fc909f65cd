"""Days and times as people say them, also across both changes of the clock."""

import datetime as dt

import pytest

from office.core import dates

UTC = dt.UTC
WEDNESDAY = dt.datetime(2026, 11, 25, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", "ke 25.11.2026 klo 9.30"),
        ("sv", "ons 25.11.2026 kl. 9.30"),
        ("en", "Wed 25 Nov 2026 at 9:30"),
        ("sv-fi", "ons 25.11.2026 kl. 9.30"),
        ("de", "ke 25.11.2026 klo 9.30"),
        (None, "ke 25.11.2026 klo 9.30"),
    ],
)
def test_when(language: str, said: str) -> None:
    assert dates.when(WEDNESDAY, language) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [("fi", "keskiviikko 25.11."), ("sv", "onsdag 25.11"), ("en", "Wednesday 25 Nov")],
)
def test_day(language: str, said: str) -> None:
    assert dates.day(WEDNESDAY, language) == said
    assert dates.day(WEDNESDAY.date(), language) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", "Viikko 48 · 23.–29.11."),
        ("sv", "Vecka 48 · 23–29.11"),
        ("en", "Week 48 · 23–29 Nov"),
    ],
)
def test_week(language: str, said: str) -> None:
    assert dates.week_label(WEDNESDAY, language) == said


def test_week_over_a_month_and_over_a_year() -> None:
    assert dates.week_label(dt.date(2026, 10, 1), "fi") == "Viikko 40 · 28.9.–4.10."
    assert dates.week_label(dt.date(2027, 1, 1), "fi") == "Viikko 53 · 28.12.2026–3.1.2027"
    assert dates.week_label(dt.date(2027, 1, 1), "en") == "Week 53 · 28 Dec 2026–3 Jan 2027"


def test_ranges() -> None:
    end = WEDNESDAY + dt.timedelta(minutes=90)
    assert dates.clock_range(WEDNESDAY, end, "fi") == "9.30–11.00"
    assert dates.clock_range(dt.time(8), dt.time(12), "en") == "8:00–12:00"
    assert dates.when_range(WEDNESDAY, end, "sv") == "ons 25.11.2026 kl. 9.30–11.00"
    late = WEDNESDAY + dt.timedelta(days=1)
    assert (
        dates.when_range(WEDNESDAY, late, "fi") == "ke 25.11.2026 klo 9.30 – to 26.11.2026 klo 9.30"
    )
    assert dates.date_range(WEDNESDAY.date(), WEDNESDAY.date(), "en") == "25 Nov"


def test_whole_days_away_are_told_without_clock_times() -> None:
    def at(day: int, hour: int = 0) -> dt.datetime:
        return dt.datetime(2026, 12, day, hour, tzinfo=dates.HELSINKI).astimezone(UTC)

    assert dates.time_away(at(3), at(4), "fi") == "to 3.12.2026"
    assert dates.time_away(at(3), at(5), "sv") == "tors 3.12.2026 – fre 4.12.2026"
    assert dates.time_away(at(3, 8), at(3, 12), "fi") == "to 3.12.2026 klo 8.00–12.00"
    assert dates.time_away(at(3), at(3, 12), "fi") == "to 3.12.2026 klo 0.00–12.00"


def test_spring_skips_an_hour() -> None:
    """On 28 March 2027 the clock goes from 2.59 to 4.00."""
    before = dt.datetime(2027, 3, 28, 0, 59, tzinfo=UTC)
    assert dates.clock(before, "fi") == "2.59"
    assert dates.clock(before + dt.timedelta(minutes=1), "fi") == "4.00"
    assert dates.when(dt.datetime(2027, 3, 28, 6, 30, tzinfo=UTC), "fi") == "su 28.3.2027 klo 9.30"
    assert dates.when(dt.datetime(2027, 3, 27, 7, 30, tzinfo=UTC), "fi") == "la 27.3.2027 klo 9.30"


def test_autumn_repeats_an_hour() -> None:
    """On 25 October 2026 the hour from 3 to 4 comes twice."""
    first = dt.datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert dates.clock(first, "fi") == "3.30"
    assert dates.clock(first + dt.timedelta(hours=1), "fi") == "3.30"
    assert dates.when(dt.datetime(2026, 10, 25, 7, 30, tzinfo=UTC), "en") == (
        "Sun 25 Oct 2026 at 9:30"
    )
    assert dates.when(dt.datetime(2026, 10, 24, 6, 30, tzinfo=UTC), "en") == (
        "Sat 24 Oct 2026 at 9:30"
    )


def test_the_day_is_that_of_helsinki() -> None:
    assert dates.as_date(dt.datetime(2026, 11, 24, 22, 5, tzinfo=UTC)) == dt.date(2026, 11, 25)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        dates.when(dt.datetime(2026, 11, 25, 9, 30), "fi")  # noqa: DTZ001


def test_months_and_durations() -> None:
    assert dates.month_label(WEDNESDAY, "fi") == "Marraskuu 2026"
    assert dates.month_label(WEDNESDAY, "sv") == "November 2026"
    assert [dates.duration(m) for m in (0, 45, 60, 90)] == ["0 min", "45 min", "1 h", "1 h 30 min"]
