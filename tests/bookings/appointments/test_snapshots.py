"""A snapshot has every column, so that none can be forgotten; one of an earlier version is read too."""

from typing import Any

import pytest

from bookings.appointments import undo
from bookings.appointments.snapshots import LEFT_OUT, snapshot
from bookings.models import Answer, Appointment, Party
from tests.bookings.appointments.test_undo import actions, do, standing, wish_to_move
from tests.bookings.change_cast import Team, agreed, team
from tests.bookings.conftest import House

COLUMNS = "status channel service_point_id room_id starts_at ends_at answered_at answer_due_at"
PARTY_COLUMNS = "pk answer answered_at link_nonce link_hash"


@pytest.fixture
def crew(house: House) -> Team:
    return team(house)


def as_written_formerly(stands: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: stands[name] for name in COLUMNS.split()},
        "claim": stands["claim"],
        "staff": [[member["professional_id"], member["is_lead"]] for member in stands["staff"]],
        "parties": [[row[name] for name in PARTY_COLUMNS.split()] for row in stands["parties"]],
        "pairs": stands["pairs"],
        "moves": [{"pk": row["pk"], "claim": row["claim"]} for row in stands["moves"]],
        "offers": [{"pk": row["pk"], "claim": row["claim"]} for row in stands["offers"]],
    }


def test_nothing_is_left_out_but_what_is_named() -> None:
    for model, names in LEFT_OUT.items():
        assert names <= {field.attname for field in model._meta.concrete_fields}, model


def test_a_snapshot_has_all_other_columns_and_nobodys_words(crew: Team) -> None:
    stands = snapshot(agreed(crew))
    assert {field.attname for field in Appointment._meta.concrete_fields} - set(stands) == (
        LEFT_OUT[Appointment]
    )
    for row in stands["parties"]:
        assert {field.attname for field in Party._meta.concrete_fields} - set(row) == (
            LEFT_OUT[Party]
        )
        assert not {"name", "phone", "email", "message", "needs"} & set(row)


def test_columns_that_no_action_was_known_to_touch_are_put_back_too(crew: Team) -> None:
    appointment = agreed(crew)
    before = standing(appointment)

    def act() -> None:
        actions(crew, appointment, 0)["time"]()
        Appointment.objects.filter(pk=appointment.pk).update(language="sv", meeting="separate")
        appointment.parties.update(language="en", answer=Answer.DECLINED)

    undoable = do(crew, appointment, act)
    undo.undo(undoable.key, user=crew.user)
    assert standing(appointment) == before


def test_what_was_done_before_an_update_can_be_taken_back_after_it(crew: Team) -> None:
    appointment = agreed(crew)
    wish_to_move(crew, appointment, 13)
    before = standing(appointment)
    undoable = do(crew, appointment, actions(crew, appointment, 0)["offer"])
    (state,) = undoable.states
    state["before"] = as_written_formerly(state["before"])
    undoable.save()

    undo.undo(undoable.key, user=crew.user)

    assert standing(appointment) == before
