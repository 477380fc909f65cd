"""A guide sees what a parent lets them see, until the meeting is over."""

import pytest
import time_machine

from office import clock
from office.limits import TooManyTriesError
from office.models import User
from plans import drafts, guide_access
from plans.drafts import NoSuchPlanError, NotYoursError
from plans.guide_access import CODE_LASTS, MEETING_LASTS, CodeError
from plans.models import Holder, Kind, Role, WrappedKey
from tests.plans.conftest import COMMON, SECRET, Family


def test_the_code_opens_the_part_that_was_meant(family: Family, guide: User) -> None:
    token = guide_access.use_code(guide_access.give_code(family.one(), Kind.SHARED), guide)

    access = drafts.enter(token)
    assert access.parent is None
    assert drafts.read(access, Kind.SHARED) == {"said": COMMON}
    for kind in (Kind.OWN_FIRST, Kind.OWN_SECOND):
        with pytest.raises(NotYoursError):
            drafts.read(access, kind)


def test_a_guide_writes_along(alone: str, guide: User) -> None:
    code = guide_access.give_code(drafts.enter(alone), Kind.OWN_FIRST)
    access = drafts.enter(guide_access.use_code(f"{code[:3]} {code[3:]}", guide))

    drafts.change(access, Kind.OWN_FIRST, lambda content: {**content, "more": "ohjaajan kanssa"})

    assert drafts.read(drafts.enter(alone), Kind.OWN_FIRST) == {
        "said": SECRET,
        "more": "ohjaajan kanssa",
    }


def test_a_code_works_once_and_not_for_long(alone: str, guide: User) -> None:
    code = guide_access.give_code(drafts.enter(alone), Kind.SHARED)
    with time_machine.travel(clock.now() + CODE_LASTS), pytest.raises(CodeError):
        guide_access.use_code(code, guide)
    guide_access.use_code(code, guide)
    with pytest.raises(CodeError):
        guide_access.use_code(code, guide)


def test_an_earlier_code_opens_nothing(alone: str, guide: User) -> None:
    earlier = guide_access.give_code(drafts.enter(alone), Kind.SHARED)
    later = guide_access.give_code(drafts.enter(alone), Kind.SHARED)

    if earlier != later:
        with pytest.raises(CodeError):
            guide_access.use_code(earlier, guide)
    guide_access.use_code(later, guide)


def test_trying_digits_out_comes_to_an_end(alone: str, guide: User) -> None:
    with time_machine.travel(clock.now(), tick=False):
        for _ in range(guide_access.TRIES_AN_HOUR):
            with pytest.raises(CodeError):
                guide_access.use_code("abc", guide)
        with pytest.raises(TooManyTriesError):
            guide_access.use_code("abc", guide)


def test_after_the_meeting_the_guide_reads_nothing(alone: str, guide: User) -> None:
    token = guide_access.use_code(guide_access.give_code(drafts.enter(alone), Kind.SHARED), guide)

    with time_machine.travel(clock.now() + MEETING_LASTS):
        with pytest.raises(NoSuchPlanError):
            drafts.enter(token)
        drafts.forget_old()
    assert not Holder.objects.filter(role=Role.GUIDE).exists()


def test_the_parent_ends_the_meeting_and_the_lock_is_new(alone: str, guide: User) -> None:
    token = guide_access.use_code(guide_access.give_code(drafts.enter(alone), Kind.SHARED), guide)
    before = bytes(WrappedKey.objects.get(part__kind=Kind.SHARED, holder__role=Role.FIRST).wrapped)

    assert guide_access.end_meeting(drafts.enter(alone))
    assert not guide_access.end_meeting(drafts.enter(alone))

    with pytest.raises(NoSuchPlanError):
        drafts.enter(token)
    assert bytes(WrappedKey.objects.get(part__kind=Kind.SHARED).wrapped) != before
    assert drafts.read(drafts.enter(alone), Kind.SHARED) == {"said": COMMON}


def test_the_guide_ends_the_meeting(alone: str, guide: User) -> None:
    token = guide_access.use_code(guide_access.give_code(drafts.enter(alone), Kind.SHARED), guide)

    assert guide_access.end_meeting(drafts.enter(token))

    with pytest.raises(NoSuchPlanError):
        drafts.enter(token)


def test_a_guide_gives_nobody_a_code(alone: str, guide: User) -> None:
    token = guide_access.use_code(guide_access.give_code(drafts.enter(alone), Kind.SHARED), guide)

    with pytest.raises(NotYoursError):
        guide_access.give_code(drafts.enter(token), Kind.SHARED)


def test_a_draft_begun_at_the_desk_is_taken_home(guide: User) -> None:
    token = guide_access.start_for({"said": COMMON}, guide)
    drafts.change(drafts.enter(token), Kind.OWN_FIRST, lambda content: {"said": SECRET})

    home = guide_access.take_home(drafts.enter(token))

    with pytest.raises(NoSuchPlanError):
        drafts.enter(token)
    assert drafts.read(drafts.enter(home), Kind.OWN_FIRST) == {"said": SECRET}
    assert drafts.read(drafts.enter(home), Kind.SHARED) == {"said": COMMON}


def test_nobody_takes_home_what_a_parent_only_let_them_see(alone: str, guide: User) -> None:
    for kind in (Kind.SHARED, Kind.OWN_FIRST):
        token = guide_access.use_code(guide_access.give_code(drafts.enter(alone), kind), guide)
        with pytest.raises(NotYoursError):
            guide_access.take_home(drafts.enter(token))
    assert drafts.read(drafts.enter(alone), Kind.OWN_FIRST) == {"said": SECRET}
