"""What breaks the rules of `plans`, one by one."""

from plans.models import (
    GuideCode,
    HandedKey,
    Holder,
    HolderRole,
    Part,
    Press,
    Print,
    PrintState,
    ShownSummary,
    WrappedKey,
)
from tests.constraints.rows import AT, broken, own, twice

GUIDE = {"role": HolderRole.GUIDE, "user_id": 1, "expires_at": AT}

CASES = [
    twice("a_plan_has_each_parent_once", Holder, role=HolderRole.SECOND),
    twice("a_parent_lets_one_guide_in", Holder, **GUIDE, given_by_id=1),
    twice("one_guide_begins_a_plan", Holder, **GUIDE),
    broken("a_guide_is_known_and_leaves_in_the_end", Holder, **{**GUIDE, "user_id": None}),
    broken("a_guide_is_known_and_leaves_in_the_end", Holder, **{**GUIDE, "expires_at": None}),
    broken("only_a_guide_is_let_in", Holder, role=HolderRole.SECOND, given_by_id=1),
    broken("only_parents_are_invited", Holder, **GUIDE, is_invitation=True),
    *own(Holder, "lookup"),
    twice("a_plan_has_each_kind_of_part_once", Part),
    twice("a_key_is_wrapped_once_for_a_holder", WrappedKey),
    *own(GuideCode, "giver", "code_hash"),
    *own(ShownSummary, "giver", "lookup"),
    broken("what_a_pdf_was_made_of_is_not_kept", Print, state=PrintState.DONE, request=b"words"),
    *own(Print, "lookup"),
    *own(Press, "lookup"),
    twice("a_key_is_handed_once_to_a_worker", HandedKey),
]
