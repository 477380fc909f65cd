"""What breaks the rules of `office`, one by one."""

from office.models import (
    Absence,
    BlockedTime,
    Channel,
    Closure,
    GuidancePage,
    GuidancePageVersion,
    HoursChange,
    InterpreterAgency,
    LinkCheck,
    Occupancy,
    OutboxMessage,
    OwnCalendar,
    Professional,
    ProviderAccount,
    RateCount,
    Room,
    RoomClosure,
    SchoolBreak,
    Service,
    ServicePoint,
    StaffSession,
    StandardSentence,
    Unit,
    UnitText,
    User,
    WayAnswer,
    WayQuestion,
    WeeklyHours,
)
from tests.constraints.rows import (
    AT,
    DAY,
    NINE,
    NO_BEGINNING,
    NO_END,
    NO_TIME,
    SOME_TIME,
    TEN,
    broken,
    own,
    twice,
)

BEFORE = DAY.replace(day=1)
HOURS = {"starts": NINE, "ends": TEN, "valid_from": DAY}
HERE = {"channels": [Channel.IN_PERSON]}

CASES = [
    # Nobody and no room is booked twice.
    twice(
        "nobody_and_no_room_is_in_two_places_at_once", Occupancy, resource_id=1, during=SOME_TIME
    ),
    *(
        broken(rule, model, during=during)
        for during in (NO_TIME, NO_BEGINNING, NO_END)
        for rule, model in (
            ("busy_time_has_a_beginning_and_an_end", Occupancy),
            ("a_room_s_closure_has_a_beginning_and_an_end", RoomClosure),
            ("an_absence_has_a_beginning_and_an_end", Absence),
            ("blocked_time_has_a_beginning_and_an_end", BlockedTime),
        )
    ),
    *own(RoomClosure, "claim"),
    *own(Absence, "claim"),
    *own(BlockedTime, "claim"),
    # Places, services, people.
    *own(ServicePoint, "slug"),
    twice("a_room_name_is_used_once_at_a_service_point", Room),
    broken("a_service_needs_one_or_two_professionals", Service, **HERE, professionals_needed=3),
    broken("a_service_has_at_least_one_known_channel", Service, channels=[]),
    broken("a_service_has_at_least_one_known_channel", Service, channels=["letter"]),
    broken("a_service_asks_for_known_forms", Service, **HERE, home_forms=["other"]),
    broken(
        "a_service_is_read_before_it_is_used", Service, **HERE, awaits_check=True, is_active=True
    ),
    *(twice(case.rule, case.model, **case.given, **HERE) for case in own(Service, "slug")),
    broken("a_user_has_only_known_roles", User, roles=["judge"]),
    *own(User, "username"),
    broken("a_video_room_is_encrypted", Professional, video_room="http://video.example.org/1"),
    *own(Professional, "user", "feed_hash"),
    twice("one_user_for_a_subject_of_an_issuer", ProviderAccount),
    *own(ProviderAccount, "user"),
    *own(StaffSession, "session_key"),
    *own(InterpreterAgency, "name"),
    # Hours.
    broken("weekly_hours_end_after_they_begin", WeeklyHours, **{**HOURS, "ends": NINE}),
    broken("weekly_hours_are_valid_forwards_in_time", WeeklyHours, **HOURS, valid_until=BEFORE),
    broken("hours_of_every_nth_week_have_an_anchor", WeeklyHours, **HOURS, interval=2),
    broken("hours_of_every_nth_week_have_an_anchor", WeeklyHours, **HOURS, interval=9, anchor=DAY),
    broken("hours_are_by_weeks_or_by_months", WeeklyHours, **HOURS, nth=5),
    broken("hours_are_by_weeks_or_by_months", WeeklyHours, **HOURS, nth=1, interval=2, anchor=DAY),
    twice(
        "weekly_hours_of_one_professional_do_not_overlap",
        WeeklyHours,
        **HOURS,
        professional_id=1,
        weekday=0,
    ),
    broken(
        "a_change_of_hours_ends_after_it_begins",
        HoursChange,
        starts=NINE,
        ends=NINE,
        service_point_id=1,
    ),
    broken("added_hours_have_a_service_point", HoursChange, effect=HoursChange.Effect.ADDS),
    broken("a_closure_ends_no_earlier_than_it_begins", Closure, first_day=DAY, last_day=BEFORE),
    broken(
        "a_school_holiday_ends_no_earlier_than_it_begins",
        SchoolBreak,
        first_day=DAY,
        last_day=BEFORE,
    ),
    twice("a_school_holiday_is_told_once", SchoolBreak),
    broken("office_hours_end_after_they_begin", Unit, office_opens=TEN, office_closes=TEN),
    broken(
        "the_hours_of_messages_end_after_they_begin", Unit, messages_from=TEN, messages_until=TEN
    ),
    # What is told to the public.
    twice("an_address_of_a_link_has_one_check", LinkCheck),
    *own(GuidancePage, "slug"),
    broken("a_checked_wording_says_who_checked_it", GuidancePageVersion, checked_on=DAY),
    broken("a_checked_wording_says_who_checked_it", GuidancePageVersion, checked_by="Made Up"),
    broken(
        "a_standard_sentence_is_read_before_it_is_used",
        StandardSentence,
        awaits_check=True,
        is_active=True,
    ),
    *own(StandardSentence, "name"),
    twice("a_text_of_the_unit_is_translated_once", UnitText),
    twice("one_question_is_the_first", WayQuestion, is_first=True),
    broken("an_answer_leads_to_one_place", WayAnswer),
    broken("an_answer_leads_to_one_place", WayAnswer, ending_id=1, next_question_id=1),
    # What is counted, sent and read.
    twice("tries_are_counted_once_for_a_key_and_window", RateCount),
    *own(OutboxMessage, "once_key"),
    broken("a_failing_calendar_says_since_when_and_why", OwnCalendar, failures=1),
    broken("a_failing_calendar_says_since_when_and_why", OwnCalendar, failed_since=AT),
]
