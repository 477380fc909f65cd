"""What is expected to clash in everyday running clashes without an error of the database.

The server's own log would keep each error with the statement, its values too: see docs/decisions.md.
"""

import itertools
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection

from bookings.availability.holds import hold_slot
from bookings.availability.search import Wish
from bookings.lifecycle.transitions import ChangedMeanwhileError
from bookings.models import Case, Hold
from bookings.phone.system_counts import Numbers, save_numbers
from office.models import Channel, Role, User
from office.sign_in import provider
from office.sign_in.provider import AlreadyTiedError, SignedInPerson
from plans.access import guides, showing
from plans.models import GuideCode, PartKind, ShownSummary
from plans.vault import drafts
from tests.bookings.call_cast import call_hours, reserved
from tests.bookings.cases.cast import notice
from tests.bookings.conftest import House, at, house, monday
from tests.bookings.desk_cast import request_for
from tests.factories import UserFactory
from tests.server import at_once

__all__ = ["house", "monday"]

DAY = date(2026, 11, 23)
AINO = SignedInPerson(
    issuer="https://id.example", subject="1", roles=(Role.SECRETARY,), username="aino"
)


@contextmanager
def refused_statements() -> Iterator[list[str]]:
    """Gather what the server answers with an error meanwhile: each is a line of its own log."""
    refused: list[str] = []

    def note(execute: Callable[..., Any], *args: Any) -> Any:
        try:
            return execute(*args)
        except DatabaseError as error:
            refused.append(str(error))
            raise

    with connection.execute_wrapper(note):
        yield refused


@pytest.fixture
def refused() -> Iterator[list[str]]:
    with refused_statements() as found:
        yield found


def drawn(monkeypatch: pytest.MonkeyPatch, *codes: str) -> None:
    """Let reference codes be drawn so, one after the other."""
    letters = itertools.chain.from_iterable(code.replace("-", "") for code in codes)
    monkeypatch.setattr(secrets, "choice", lambda _of: next(letters))


@pytest.mark.django_db
def test_the_control_an_error_is_seen(refused: list[str]) -> None:
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert len(refused) == 1


@pytest.mark.django_db
def test_a_code_that_is_taken_is_drawn_again(
    house: House, monkeypatch: pytest.MonkeyPatch, refused: list[str]
) -> None:
    call_hours(house)
    makers: list[Callable[[int], Any]] = [
        lambda n: request_for(house, 9 + n),
        lambda n: reserved(house, at(16, 15 * n)),
        lambda _n: notice(house),
    ]
    for make in makers:
        drawn(monkeypatch, "KLM-482", "KLM-482", "NPR-579")
        made = [make(0).reference, make(1).reference]
        assert [code[1:] for code in made] == ["LM-482", "PR-579"]
    assert Case.objects.count() == 2
    assert refused == []


@pytest.mark.django_db
def test_digits_that_somebody_reads_out_now_are_drawn_again(
    monkeypatch: pytest.MonkeyPatch, refused: list[str]
) -> None:
    digits = iter([7, 7, 8, 7, 7, 8])
    monkeypatch.setattr(secrets, "randbelow", lambda _below: next(digits))
    access = [drafts.open_draft(drafts.create_draft({})) for _ in range(2)]
    assert [guides.give_code(one, PartKind.SHARED)[0] for one in access] == ["000007", "000008"]
    assert [showing.give_code(one, {})[0] for one in access] == ["000007", "000008"]
    # Digits of somebody whose time is over are free.
    GuideCode.objects.update(expires_at=at(1, month=1))
    digits = iter([7])
    assert guides.give_code(access[1], PartKind.SHARED)[0] == "000007"
    assert (GuideCode.objects.count(), ShownSummary.objects.count()) == (1, 2)
    assert refused == []


@pytest.mark.django_db
def test_one_is_tied_to_one_account(refused: list[str]) -> None:
    user, other = UserFactory(roles=[Role.SECRETARY]), UserFactory(roles=[Role.SECRETARY])
    provider.tie(AINO, user)
    for again in (user, other):
        with pytest.raises(AlreadyTiedError):
            provider.tie(AINO, again)
    assert provider.enter(AINO) == user
    assert refused == []


def all_at_once(*actions: Callable[[], Any]) -> list[Any]:
    """Run them in threads of their own; return what they gave or raised, and fail for a refused one."""
    refused: list[str] = []

    def run(action: Callable[[], Any]) -> Any:
        with ExitStack() as stack:
            stack.callback(connection.close)
            refused_here = stack.enter_context(refused_statements())
            try:
                return action()
            except (ChangedMeanwhileError, AlreadyTiedError) as error:
                return error
            finally:
                refused.extend(refused_here)

    done = at_once([lambda action=action: run(action) for action in actions])
    assert refused == []
    return done


@pytest.mark.django_db(transaction=True)
def test_two_tabs_of_a_visitor_hold_one_time(house: House) -> None:
    wish = Wish(house.service, Channel.IN_PERSON)
    all_at_once(
        *(
            lambda hour=hour: hold_slot(
                wish, house.slot(hour), house.unit, visitor="v", address="a"
            )
            for hour in (9, 10, 11)
        )
    )
    hold = Hold.objects.get()
    assert hold.claim
    assert hold.claim.occupancies.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_type_the_figures_of_an_hour(house: House) -> None:
    users: list[User] = [UserFactory(roles=[Role.SECRETARY]) for _ in range(3)]
    done = all_at_once(
        *(
            lambda user=user, n=n: save_numbers(DAY, {9: Numbers(n, n, n)}, seen={}, user=user)
            for n, user in enumerate(users, 1)
        )
    )
    assert sorted(type(one).__name__ for one in done) == ["ChangedMeanwhileError"] * 2 + [
        "NoneType"
    ]


@pytest.mark.django_db(transaction=True)
def test_an_account_is_made_once(house: House) -> None:
    users = all_at_once(*[lambda: provider.enter(AINO)] * 3)
    assert len({user.pk for user in users}) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_digits_drawn_at_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn_digits = itertools.chain([7] * 3, itertools.count(8))
    monkeypatch.setattr(secrets, "randbelow", lambda _below: next(drawn_digits))
    opened = [drafts.open_draft(drafts.create_draft({})) for _ in range(3)]
    done = all_at_once(
        *(lambda access=access: guides.give_code(access, PartKind.SHARED)[0] for access in opened)
    )
    assert len(set(done)) == 3
