"""What breaks the rules of `evenings`, one by one."""

from datetime import timedelta

from evenings.models import (
    Evening,
    EveningFeedbackCount,
    EveningFeedbackGiven,
    EveningMaterial,
    EveningStatus,
    GivenMaterial,
    MaterialCheck,
    OrganiserLink,
    SignUp,
    SignUpStatus,
)
from tests.constraints.rows import AT, DAY, LATER, broken, own, twice

MONTH = DAY.replace(day=1)
SIGN_UP = {"sign_up_opens_at": AT - timedelta(days=2), "sign_up_closes_at": AT - timedelta(days=1)}
EVENING = {"starts_at": AT, "ends_at": LATER, **SIGN_UP}
SIGNED = {"status": SignUpStatus.SIGNED}

CASES = [
    broken("an_evening_ends_after_it_begins", Evening, **{**EVENING, "ends_at": AT}),
    broken("an_evening_has_room_for_somebody", Evening, **EVENING, capacity=0),
    broken(
        "sign_up_closes_after_it_opens_and_before_the_evening",
        Evening,
        **{**EVENING, "sign_up_closes_at": SIGN_UP["sign_up_opens_at"]},
    ),
    broken(
        "sign_up_closes_after_it_opens_and_before_the_evening",
        Evening,
        **{**EVENING, "sign_up_closes_at": LATER},
    ),
    broken("a_published_evening_says_where", Evening, **EVENING, status=EveningStatus.PUBLISHED),
    broken("an_evening_in_a_room_is_at_its_point", Evening, **EVENING, room_id=1),
    broken("a_cancelled_evening_knows_when", Evening, **EVENING, status=EveningStatus.CANCELLED),
    broken("a_cancelled_evening_knows_when", Evening, **EVENING, cancelled_at=AT),
    broken(
        "a_cancelled_evening_frees_its_time",
        Evening,
        **EVENING,
        status=EveningStatus.CANCELLED,
        cancelled_at=AT,
        claim_id=1,
    ),
    *(twice(case.rule, case.model, **case.given, **EVENING) for case in own(Evening, "claim")),
    # Sign-ups.
    broken("a_sign_up_is_for_one_to_four_people", SignUp, **SIGNED, people=0),
    broken("a_sign_up_is_for_one_to_four_people", SignUp, **SIGNED, people=5),
    broken(
        "a_sign_up_has_one_contact_at_most",
        SignUp,
        **SIGNED,
        email="made.up@example.org",
        phone="+358401234567",
    ),
    broken("who_waits_has_a_place_in_the_line", SignUp, status=SignUpStatus.WAITING),
    broken("an_offered_place_has_a_last_moment", SignUp, status=SignUpStatus.OFFERED),
    broken("an_offered_place_has_a_last_moment", SignUp, **SIGNED, offered_until=AT),
    twice("a_private_word_is_at_an_evening_once", SignUp, **SIGNED, word_hash="a"),
    *(
        twice(case.rule, case.model, **case.given, **SIGNED)
        for case in own(SignUp, "number", "link_hash", "made_from")
    ),
    # Afterwards.
    twice("answers_after_evenings_are_counted_once", EveningFeedbackCount, month=MONTH),
    broken("answers_after_evenings_are_known_by_month", EveningFeedbackCount, month=DAY),
    *own(EveningFeedbackGiven, "sign_up"),
    broken("material_is_a_text_or_a_link", EveningMaterial),
    broken("material_is_a_text_or_a_link", EveningMaterial, text_fi="", url_fi=""),
    twice("an_address_of_a_material_has_one_check", MaterialCheck),
    broken("given_material_is_a_text_or_a_link", GivenMaterial),
    # Partners.
    twice("a_partner_has_one_link_for_evenings", OrganiserLink),
    broken("a_link_for_evenings_ends", OrganiserLink, made_at=AT, ends_at=AT),
    *own(OrganiserLink, "link_hash"),
]
