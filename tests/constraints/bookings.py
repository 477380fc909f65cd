"""What breaks the rules of `bookings`, one by one."""

from bookings.models import (
    AddedSentence,
    Answer,
    Appointment,
    AppointmentEvent,
    AppointmentProfessional,
    Call,
    CallBack,
    CallStatus,
    CallTask,
    Came,
    Case,
    CasePerson,
    CaseResult,
    DataRequest,
    EarlierAsk,
    EarlierWish,
    FeedbackCount,
    FeedbackGiven,
    Hold,
    InterpreterOrder,
    JointMarks,
    JointSearch,
    MoveRequest,
    Outcome,
    PairInvitation,
    Party,
    PartyRole,
    PersonNote,
    Preparation,
    PreparationCode,
    PreparationOpening,
    QueueHour,
    Recusal,
    SeparateVisit,
    Status,
    TimeOffer,
    ToldApart,
    Undoable,
    VisitOutcome,
    WordBefore,
)
from tests.constraints.rows import AT, DAY, LATER, broken, own, twice

MONTH = DAY.replace(day=1)
TIMES = {"starts_at": AT, "ends_at": LATER}
ALONG = {"role": PartyRole.SUPPORT, "accompanies_id": 1}
SAFE = ("call_is_safe", "voicemail_is_safe", "sms_is_safe", "email_is_safe")

CASES = [
    # Appointments own their time, and only theirs.
    *(
        broken("an_agreed_appointment_owns_its_time", Appointment, status=status, **given)
        for status in (Status.CONFIRMED, Status.ARRIVED, Status.IN_MEETING)
        for given in (TIMES, {"claim_id": 1})
    ),
    broken("an_appointment_ends_after_it_begins", Appointment, starts_at=AT, ends_at=AT),
    broken("an_appointment_ends_after_it_begins", Appointment, starts_at=AT),
    broken("an_appointment_ends_after_it_begins", Appointment, ends_at=AT),
    *(
        broken("a_closed_appointment_frees_its_time", Appointment, status=status, claim_id=1)
        for status in (Status.CANCELLED, Status.DECLINED)
    ),
    broken("a_visit_takes_five_minutes_to_eight_hours", Appointment, minutes=4),
    broken("a_visit_takes_five_minutes_to_eight_hours", Appointment, minutes=481),
    broken("a_video_link_is_encrypted", Appointment, video_link="http://video.example.org/1"),
    *own(Appointment, "reference", "claim", "invitation_hash", "made_from"),
    twice("a_professional_is_once_in_an_appointment", AppointmentProfessional),
    *own(AppointmentEvent, "undoes"),
    *own(AddedSentence, "event"),
    broken("separate_visits_are_two", SeparateVisit, appointment_id=1, other_id=1),
    *own(SeparateVisit, "appointment", "other"),
    *own(Undoable, "key"),
    twice("a_visitor_holds_one_time_at_most", Hold),
    *own(Hold, "claim", "key"),
    # Parties.
    broken("who_comes_along_comes_with_somebody", Party, role=PartyRole.SUPPORT),
    broken("who_comes_along_comes_with_somebody", Party, role=PartyRole.LAWYER),
    broken("who_comes_along_comes_with_somebody", Party, role=PartyRole.PARENT, accompanies_id=1),
    broken("who_comes_along_comes_with_somebody", Party, **ALONG, is_requester=True),
    broken("who_comes_along_is_not_asked", Party, **ALONG, answer=Answer.ASKED),
    broken("who_comes_along_is_not_asked", Party, **ALONG, given_by_other=True),
    twice("one_party_sent_the_request", Party, is_requester=True),
    *(
        broken("nobody_says_for_another_what_is_safe", Party, given_by_other=True, **{safe: True})
        for safe in SAFE
    ),
    *own(Party, "link_hash", "invitation_link_hash"),
    broken("a_conflict_of_interest_is_of_one_person", Recusal),
    broken("a_conflict_of_interest_is_of_one_person", Recusal, professional_id=1, user_id=1),
    twice("two_people_are_told_apart_once", ToldApart, first="a", second="b"),
    broken("two_told_apart_stand_in_order", ToldApart, first="b", second="a"),
    broken("a_note_on_a_person_says_something", PersonNote, text="", keys=["key"]),
    broken("a_note_on_a_person_says_something", PersonNote, text="words", keys=[]),
    # Each is asked once, and answers once.
    twice("a_party_has_one_open_request_to_move", MoveRequest),
    *own(MoveRequest, "claim"),
    twice("an_appointment_is_offered_one_earlier_time_at_once", TimeOffer, wish_id=1),
    *own(TimeOffer, "claim"),
    twice("a_party_waits_once_for_an_earlier_time", EarlierWish),
    twice("a_party_is_asked_once_about_an_earlier_time", EarlierAsk),
    twice("one_search_for_a_joint_time_goes_on", JointSearch),
    broken("an_ended_search_says_since_when", JointSearch, state=JointSearch.State.ENDED),
    broken("an_ended_search_says_since_when", JointSearch, closed_at=AT),
    twice("a_party_marks_once_for_a_joint_time", JointMarks),
    twice("a_partner_has_one_open_invitation_to_an_appointment", PairInvitation),
    *own(PairInvitation, "link_hash"),
    twice("one_live_order_of_an_interpreter", InterpreterOrder),
    twice("a_party_has_one_open_request_of_a_kind_about_their_data", DataRequest, party_id=1),
    twice("a_contact_has_one_open_request_of_a_kind_about_its_data", DataRequest, contact="a"),
    broken("a_word_before_the_visit_is_answered_by_somebody", WordBefore, answered_at=AT),
    broken("a_word_before_the_visit_is_answered_by_somebody", WordBefore, answered_by_id=1),
    *own(Preparation, "lookup"),
    *own(PreparationCode, "preparation", "code_hash"),
    *own(PreparationOpening, "preparation", "lookup"),
    # The phone.
    broken("a_call_back_ends_after_it_begins", CallBack, starts_at=AT, ends_at=AT, claim_id=1),
    broken("a_reserved_call_back_owns_its_time", CallBack, status=CallStatus.RESERVED),
    broken(
        "a_cancelled_call_back_frees_its_time",
        CallBack,
        status=CallStatus.CANCELLED,
        claim_id=1,
    ),
    *(
        twice(case.rule, case.model, status=CallStatus.CALLING, **case.given)
        for case in own(CallBack, "reference", "claim", "link_hash", "made_from")
    ),
    twice("one_call_goes_on_at_a_time", Call),
    broken("a_call_ends_no_earlier_than_it_begins", Call, started_at=LATER, ended_at=AT),
    twice("an_hour_of_a_day_has_one_row_of_queue_figures", QueueHour, hour=9),
    broken("queue_figures_are_of_an_hour_of_the_day", QueueHour, hour=24),
    broken("a_call_task_is_done_by_somebody", CallTask, done_at=AT),
    broken("a_call_task_is_done_by_somebody", CallTask, done_by_id=1),
    *own(CallTask, "call"),
    # Cases, and what came of a visit.
    broken("a_closed_case_has_a_result", Case, closed_at=AT),
    broken("a_closed_case_has_a_result", Case, result=CaseResult.SETTLED),
    broken("a_deadline_is_not_before_the_case", Case, received_on=DAY, due_on=MONTH),
    broken("a_case_has_some_visits", Case, visits_planned=0),
    broken("a_case_has_some_visits", Case, visits_planned=41),
    *own(Case, "reference", "made_from"),
    *own(CasePerson, "code_hash", "link_hash", "party"),
    twice("a_visit_has_one_outcome_at_a_time", VisitOutcome, appointment_id=1),
    broken(
        "a_visit_to_which_nobody_came_was_not_held",
        VisitOutcome,
        came=Came.NONE,
        outcome=Outcome.ADVICE,
    ),
    broken(
        "a_visit_that_was_not_held_lacked_somebody",
        VisitOutcome,
        came=Came.ALL,
        outcome=Outcome.NOT_HELD,
    ),
    broken(
        "agreements_need_an_outcome_that_allows_them",
        VisitOutcome,
        outcome=Outcome.ADVICE,
        agreements={"custody": 1},
    ),
    # Answers after a visit.
    twice("answers_of_a_month_are_counted_once", FeedbackCount, month=MONTH, service_point_id=1),
    twice("answers_without_a_point_are_counted_once", FeedbackCount, month=MONTH),
    broken("answers_are_known_by_month_alone", FeedbackCount, month=DAY),
    *own(FeedbackGiven, "party"),
]
