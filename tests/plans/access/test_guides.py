"""A guide sees what a parent lets them see, until the meeting is over."""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db import connection

from office.core import clock
from office.models import AccessLogEntry, Role, User
from office.staff.rate_limits import TooManyTriesError
from plans.access import guides as guide_access
from plans.access.guides import CODE_LASTS, GuideCodeError, NotTakenHomeError
from plans.content import invitations
from plans.content.children import CHILDREN, PARENTS, children_of
from plans.models import GuideCode, Holder, HolderRole, PartKind, Plan, WrappedKey
from plans.vault import drafts, keys
from plans.vault.drafts import DraftAccess, DraftNotFoundError, NoAccessError
from tests.factories import UnitFactory, UserFactory
from tests.plans.conftest import COMMON, SECRET, Family
from tests.purged import purged


def code_of(access: DraftAccess, kind: PartKind) -> str:
    return guide_access.give_code(access, kind)[0]


def test_the_code_opens_the_part_that_was_meant(family: Family, guide: User) -> None:
    token = guide_access.use_code(code_of(family.one(), PartKind.SHARED), guide)

    access = drafts.open_draft(token)
    assert access.parent is None
    assert drafts.read(access, PartKind.SHARED) == {"said": COMMON}
    for kind in (PartKind.OWN_FIRST, PartKind.OWN_SECOND):
        with pytest.raises(NoAccessError):
            drafts.read(access, kind)


def test_a_guide_writes_along(alone: str, guide: User) -> None:
    code = code_of(drafts.open_draft(alone), PartKind.OWN_FIRST)
    access = drafts.open_draft(guide_access.use_code(f"{code[:3]} {code[3:]}", guide))

    drafts.change(
        access, PartKind.OWN_FIRST, lambda content: {**content, "more": "ohjaajan kanssa"}
    )

    assert drafts.read(drafts.open_draft(alone), PartKind.OWN_FIRST) == {
        "said": SECRET,
        "more": "ohjaajan kanssa",
    }


def test_a_code_works_once_and_not_for_long(alone: str, guide: User) -> None:
    code = code_of(drafts.open_draft(alone), PartKind.SHARED)
    with time_machine.travel(clock.now() + CODE_LASTS), pytest.raises(GuideCodeError):
        guide_access.use_code(code, guide)
    guide_access.use_code(code, guide)
    with pytest.raises(GuideCodeError):
        guide_access.use_code(code, guide)


def test_an_earlier_code_opens_nothing(alone: str, guide: User) -> None:
    earlier = code_of(drafts.open_draft(alone), PartKind.SHARED)
    later = code_of(drafts.open_draft(alone), PartKind.SHARED)

    if earlier != later:
        with pytest.raises(GuideCodeError):
            guide_access.use_code(earlier, guide)
    guide_access.use_code(later, guide)


def test_trying_digits_out_comes_to_an_end(alone: str, guide: User) -> None:
    with time_machine.travel(clock.now(), tick=False):
        for _ in range(guide_access.TRIES_AN_HOUR):
            with pytest.raises(GuideCodeError):
                guide_access.use_code("abc", guide)
        with pytest.raises(TooManyTriesError):
            guide_access.use_code("abc", guide)


def test_after_the_meeting_the_guide_reads_nothing(alone: str, guide: User) -> None:
    token = guide_access.use_code(code_of(drafts.open_draft(alone), PartKind.SHARED), guide)

    with time_machine.travel(clock.now() + guide_access.meeting_lasts()):
        with pytest.raises(DraftNotFoundError):
            drafts.open_draft(token)
        drafts.delete_ended_meetings()
    assert not Holder.objects.filter(role=HolderRole.GUIDE).exists()


def test_the_parent_ends_the_meeting_and_the_lock_is_new(alone: str, guide: User) -> None:
    token = guide_access.use_code(code_of(drafts.open_draft(alone), PartKind.SHARED), guide)
    before = bytes(
        WrappedKey.objects.get(part__kind=PartKind.SHARED, holder__role=HolderRole.FIRST).wrapped
    )

    assert guide_access.end_meeting(drafts.open_draft(alone))
    assert not guide_access.end_meeting(drafts.open_draft(alone))

    with pytest.raises(DraftNotFoundError):
        drafts.open_draft(token)
    assert bytes(WrappedKey.objects.get(part__kind=PartKind.SHARED).wrapped) != before
    assert drafts.read(drafts.open_draft(alone), PartKind.SHARED) == {"said": COMMON}


def test_the_guide_ends_the_meeting(alone: str, guide: User) -> None:
    token = guide_access.use_code(code_of(drafts.open_draft(alone), PartKind.SHARED), guide)

    assert guide_access.end_meeting(drafts.open_draft(token))

    with pytest.raises(DraftNotFoundError):
        drafts.open_draft(token)


def test_a_guide_gives_nobody_a_code(alone: str, guide: User) -> None:
    token = guide_access.use_code(code_of(drafts.open_draft(alone), PartKind.SHARED), guide)

    with pytest.raises(NoAccessError):
        code_of(drafts.open_draft(token), PartKind.SHARED)


def begun(guide: User) -> DraftAccess:
    """Begin a draft at the desk, with a word in it."""
    access = drafts.open_draft(guide_access.start_for({"said": COMMON}, guide))
    drafts.change(access, PartKind.OWN_FIRST, lambda content: {"said": SECRET})
    return access


def test_a_draft_begun_at_the_desk_is_taken_home(guide: User) -> None:
    access = begun(guide)
    link = guide_access.create_home_link(access)
    assert drafts.open_draft(link).holder.is_invitation

    home = guide_access.claim_draft(drafts.open_draft(link))

    # Neither what the guide held nor the link that the guide has seen opens anything now.
    for seen in (access, drafts.DraftAccess(access.plan, access.holder, access.keys)):
        with pytest.raises(NoAccessError):
            drafts.read(seen, PartKind.OWN_FIRST)
    assert not Holder.objects.filter(role=HolderRole.GUIDE).exists()
    with pytest.raises(DraftNotFoundError):
        drafts.open_draft(link)
    assert drafts.read(drafts.open_draft(home), PartKind.OWN_FIRST) == {"said": SECRET}
    assert drafts.read(drafts.open_draft(home), PartKind.SHARED) == {"said": COMMON}


def test_a_link_made_anew_takes_the_place_of_the_former(guide: User) -> None:
    access = begun(guide)
    former, later = guide_access.create_home_link(access), guide_access.create_home_link(access)

    with pytest.raises(DraftNotFoundError):
        drafts.open_draft(former)
    held = drafts.open_draft(later)
    guide_access.claim_draft(held)
    with pytest.raises(DraftNotFoundError):
        guide_access.claim_draft(held)


def test_the_lock_is_new_at_home(guide: User) -> None:
    """Who kept the guide's keys and a copy of the sealed words of later opens nothing with them."""
    access = begun(guide)
    part = drafts.part_of(access, PartKind.OWN_FIRST)
    key = drafts.data_key(access, part)
    guide_access.claim_draft(drafts.open_draft(guide_access.create_home_link(access)))

    part.refresh_from_db()
    with pytest.raises(keys.SealBrokenError):
        drafts.unseal_part(part, key)


def test_what_nobody_has_taken_home_goes_with_the_meeting(guide: User) -> None:
    access = begun(guide)
    with pytest.raises(NotTakenHomeError):
        guide_access.end_meeting(access)
    assert drafts.read(access, PartKind.OWN_FIRST) == {"said": SECRET}

    assert guide_access.end_meeting(access, delete=True)

    assert not Plan.objects.exists()


def test_what_was_taken_home_stays(guide: User) -> None:
    access = begun(guide)
    link = guide_access.create_home_link(access)

    assert guide_access.end_meeting(access)

    home = drafts.open_draft(guide_access.claim_draft(drafts.open_draft(link)))
    assert drafts.read(home, PartKind.OWN_FIRST) == {"said": SECRET}


def test_what_nobody_can_open_is_forgotten(guide: User, alone: str) -> None:
    begun(guide)
    with time_machine.travel(clock.now() + guide_access.meeting_lasts()):
        assert purged("plan-drafts") == 1
    assert Plan.objects.get() == drafts.open_draft(alone).plan


def test_nobody_takes_home_what_a_parent_only_let_them_see(alone: str, guide: User) -> None:
    for kind in (PartKind.SHARED, PartKind.OWN_FIRST):
        token = guide_access.use_code(code_of(drafts.open_draft(alone), kind), guide)
        with pytest.raises(NoAccessError):
            guide_access.create_home_link(drafts.open_draft(token))
    for access in (drafts.open_draft(alone), drafts.open_draft(token)):
        with pytest.raises(NoAccessError):
            guide_access.claim_draft(access)
    assert guide_access.end_meeting(drafts.open_draft(token))
    assert drafts.read(drafts.open_draft(alone), PartKind.OWN_FIRST)["said"] == SECRET


def test_with_the_own_part_the_guide_gets_the_children_and_nothing_else(guide: User) -> None:
    shared = {CHILDREN: [[1, "Aino", "6-9"]], PARENTS: {"first": "äiti"}, "said": COMMON}
    token = drafts.create_draft(shared)
    access = drafts.open_draft(
        guide_access.use_code(code_of(drafts.open_draft(token), PartKind.OWN_FIRST), guide)
    )

    content = drafts.read(access, PartKind.OWN_FIRST)

    assert [child.name for child in children_of(content)] == ["Aino"]
    assert COMMON not in str(content)


def test_each_parent_has_a_guide_of_their_own(family: Family, guide: User) -> None:
    """Whatever one parent does with a guide, the other's code and meeting stay as they were."""
    mine = guide_access.use_code(code_of(family.one(), PartKind.SHARED), guide)
    waiting = code_of(family.two(), PartKind.OWN_SECOND)
    assert guide_access.guide_of(family.two()) is None
    assert guide_access.waiting_code(family.one()) is None
    code_of(family.one(), PartKind.OWN_FIRST)

    theirs = guide_access.use_code(waiting, UserFactory(roles=[Role.GUIDE]))
    assert drafts.read(drafts.open_draft(mine), PartKind.SHARED) == {"said": COMMON}
    assert guide_access.end_meeting(family.one())

    assert guide_access.guide_of(family.one()) is None
    assert guide_access.guide_of(family.two()) is not None
    assert drafts.read(drafts.open_draft(theirs), PartKind.OWN_SECOND) == {}


def test_a_code_of_before_a_change_of_the_lock_opens_nothing(family: Family, guide: User) -> None:
    code = code_of(family.two(), PartKind.SHARED)
    held = GuideCode.objects.get()
    guide_access.use_code(code_of(family.one(), PartKind.SHARED), guide)
    guide_access.end_meeting(family.one())
    assert not GuideCode.objects.exists()

    # The same where the code was given in the very moment.
    held.save(force_insert=True)
    with pytest.raises(GuideCodeError):
        guide_access.use_code(code, guide)


def test_the_log_of_handling_says_who_and_no_word(alone: str, guide: User) -> None:
    guide_access.use_code(code_of(drafts.open_draft(alone), PartKind.OWN_FIRST), guide)

    entry = AccessLogEntry.objects.get()
    plan = drafts.open_draft(alone).plan
    assert (entry.user, entry.record) == (guide, f"plan-{plan.pk.hex[:12]}")


def test_how_long_a_meeting_lasts_is_a_setting(alone: str, guide: User) -> None:
    UnitFactory(guide_meeting_minutes=30)
    token = guide_access.use_code(code_of(drafts.open_draft(alone), PartKind.SHARED), guide)
    with time_machine.travel(clock.now() + timedelta(minutes=29)):
        drafts.open_draft(token)
    with (
        time_machine.travel(clock.now() + timedelta(minutes=30)),
        pytest.raises(DraftNotFoundError),
    ):
        drafts.open_draft(token)


def all_at_once(deeds: Sequence[Callable[[], str]]) -> list[str]:
    """Return what each deed gives, done in the same moment; the name of its error where it is refused."""
    start = threading.Barrier(len(deeds))
    found: list[str] = []

    def run(deed: Callable[[], str]) -> None:
        start.wait()
        try:
            found.append(deed())
        except (GuideCodeError, NoAccessError, DraftNotFoundError) as error:
            found.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_a_code_typed_at_two_desks_in_the_same_moment_works_once(guide: User) -> None:
    other = UserFactory(roles=[Role.GUIDE])
    for _ in range(5):
        token = drafts.create_draft({"said": COMMON})
        code = code_of(drafts.open_draft(token), PartKind.SHARED)
        found = all_at_once(
            [partial(guide_access.use_code, code, user) for user in (guide, other) * 2]
        )

        assert found.count("GuideCodeError") == 3
        assert Holder.objects.filter(given_by=drafts.open_draft(token).holder).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_link_is_taken_home_once_by_two_phones_in_the_same_moment(guide: User) -> None:
    for _ in range(5):
        access = begun(guide)
        link = guide_access.create_home_link(access)
        held = [drafts.open_draft(link) for _ in range(4)]
        found = all_at_once([partial(guide_access.claim_draft, each) for each in held])

        assert found.count("DraftNotFoundError") == 3
        (home,) = [token for token in found if token != "DraftNotFoundError"]
        assert drafts.read(drafts.open_draft(home), PartKind.OWN_FIRST) == {"said": SECRET}


@pytest.mark.django_db(transaction=True)
def test_a_code_used_while_the_lock_is_changed_opens_all_or_nothing(guide: User) -> None:
    """Whoever gets in can read: a key of before the change is never handed out."""
    for _ in range(10):
        token = drafts.create_draft({"said": COMMON})
        other = invitations.accept_invitation(
            drafts.open_draft(invitations.invite(drafts.open_draft(token)))
        )
        guide_access.use_code(code_of(drafts.open_draft(other), PartKind.SHARED), guide)
        code = code_of(drafts.open_draft(token), PartKind.SHARED)

        def end(link: str = other) -> str:
            guide_access.end_meeting(drafts.open_draft(link))
            return "ended"

        found = all_at_once([end, partial(guide_access.use_code, code, guide)])
        for key in set(found) - {"ended", "GuideCodeError"}:
            assert drafts.read(drafts.open_draft(key), PartKind.SHARED) == {"said": COMMON}
