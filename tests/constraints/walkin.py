"""What breaks the rules of `walkin`, one by one."""

from datetime import timedelta

from tests.constraints.rows import (
    AT,
    DAY,
    LATER,
    NO_BEGINNING,
    NO_END,
    NO_TIME,
    SOME_TIME,
    broken,
    own,
    twice,
)
from walkin.models import (
    AgencyLink,
    DayState,
    Desk,
    Duty,
    HelpCall,
    NearText,
    OtherMatter,
    PointMatter,
    PointNotice,
    PointRules,
    Ticket,
    WalkInDay,
)
from walkin.states import TicketState

ADVICE = {"other": OtherMatter.ADVICE}
AT_A_DESK = {"desk_id": 1, "professional_id": 1}

CASES = [
    *own(PointRules, "service_point"),
    twice("a_desk_name_is_used_once_at_a_service_point", Desk),
    # Days and duties.
    broken("a_walk_in_day_ends_after_it_begins", WalkInDay, starts_at=AT, ends_at=AT),
    twice("a_service_point_has_one_walk_in_at_a_time", WalkInDay, service_point_id=1),
    twice(
        "a_service_point_has_one_open_walk_in",
        WalkInDay,
        starts_at=AT,
        ends_at=LATER,
        but={"starts_at": LATER, "ends_at": LATER + timedelta(hours=1)},
        state=DayState.OPEN,
    ),
    twice(
        "weekly_hours_make_a_walk_in_day_once",
        WalkInDay,
        hours_date=DAY,
        hours_part=0,
        state=DayState.ENDED,
    ),
    *(
        twice(case.rule, case.model, **case.given, state=DayState.ENDED)
        for case in own(WalkInDay, "code_hash")
    ),
    *(
        broken("a_duty_has_a_beginning_and_an_end", Duty, during=during)
        for during in (NO_TIME, NO_BEGINNING, NO_END)
    ),
    twice("a_professional_is_on_one_duty_at_a_time", Duty, professional_id=1, during=SOME_TIME),
    twice("one_professional_sits_at_a_desk", Duty, desk_id=1, during=SOME_TIME),
    *own(Duty, "claim"),
    twice("an_agency_has_one_link_a_day", AgencyLink),
    *own(AgencyLink, "link_hash"),
    twice("somebody_has_one_open_call_for_help", HelpCall),
    # Numbers.
    twice("a_number_is_given_once_a_day", Ticket, **ADVICE),
    *(
        twice("a_desk_has_one_number_at_a_time", Ticket, **ADVICE, **AT_A_DESK, **given)
        for given in (
            {"state": TicketState.CALLED},
            {"state": TicketState.CALLED_AGAIN},
            {"state": TicketState.SERVING, "serving_since": AT},
        )
    ),
    broken("a_number_has_one_matter", Ticket),
    broken("a_number_has_one_matter", Ticket, **ADVICE, service_id=1),
    *(
        broken("a_called_number_has_a_desk", Ticket, **ADVICE, **given, **half)
        for given in (
            {"state": TicketState.CALLED},
            {"state": TicketState.CALLED_AGAIN},
            {"state": TicketState.SERVING, "serving_since": AT},
            {"state": TicketState.ON_HOLD},
        )
        for half in ({"desk_id": 1}, {"professional_id": 1})
    ),
    broken("a_closed_number_knows_when", Ticket, **ADVICE, closed_at=AT),
    *(
        broken("a_closed_number_knows_when", Ticket, **ADVICE, state=state)
        for state in (
            TicketState.DONE,
            TicketState.REFERRED,
            TicketState.LEFT,
            TicketState.NOT_THERE,
            TicketState.CLOSED,
            TicketState.VOID,
        )
    ),
    broken("a_visit_going_on_knows_since_when", Ticket, **ADVICE, serving_since=AT),
    broken(
        "a_visit_going_on_knows_since_when",
        Ticket,
        **ADVICE,
        **AT_A_DESK,
        state=TicketState.SERVING,
    ),
    *(
        twice(case.rule, case.model, **case.given, **ADVICE)
        for case in own(Ticket, "link_hash", "appointment", "visit")
    ),
    *own(NearText, "ticket"),
    # What a point does, and what it shows.
    broken("a_row_of_a_point_has_one_matter", PointMatter),
    broken("a_row_of_a_point_has_one_matter", PointMatter, **ADVICE, service_id=1),
    twice("a_point_says_once_what_it_does_about_a_service", PointMatter, service_id=1),
    twice("a_point_says_once_what_it_does_about_another_matter", PointMatter, **ADVICE),
    twice("a_point_shows_one_notice_at_a_time", PointNotice),
]
