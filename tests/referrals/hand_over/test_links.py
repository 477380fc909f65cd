"""What the secret links of a slip open, for the partner and for the person."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from office.models import AccessLogEntry, OutboxMessage
from referrals.hand_over.actions import delete_contents
from referrals.hand_over.codes import in_groups, is_code, new_code, typed_code
from referrals.models import DirectoryEntry, Referral, ReferralEvent
from tests.bookings.desk_cast import Desk
from tests.referrals.cast import opened, slip, visitor


def steps(referral: Referral) -> list[str]:
    return list(referral.events.values_list("what", flat=True))


def test_a_preview_uses_nothing_up_and_a_press_shows_it_for_an_hour(
    guide: Desk, clinic: DirectoryEntry, monday: time_machine.Traveller
) -> None:
    made = slip(guide, clinic)
    for _scanner in range(3):
        page = visitor().get(made.partner)
        assert page.status_code == 200
        assert "Zelma" not in page.content.decode()
        assert page.headers["Cache-Control"].count("no-store") == 1
    assert steps(made.referral) == ["made"]
    assert visitor().get(f"{made.partner}open/").status_code == 405

    assert "Zelma" in opened(made.partner)
    monday.shift(timedelta(minutes=59))
    assert "Zelma" in opened(made.partner)
    assert steps(made.referral) == ["made", "opened"]
    assert delete_contents() == 0
    monday.shift(timedelta(minutes=1))
    assert "Zelma" not in opened(made.partner)
    assert delete_contents() == 1
    # Who has read it is in the log, as the partner's reading.
    read = AccessLogEntry.objects.filter(record=made.referral.reference, action="read", user=None)
    assert read.count() == 2
    assert not OutboxMessage.objects.exists()


def test_the_partner_answers_now_or_later_and_every_answer_is_a_step(
    guide: Desk, secretary: Desk, clinic: DirectoryEntry, monday: time_machine.Traveller
) -> None:
    made = slip(guide, clinic)
    opened(made.partner)
    partner = visitor()
    partner.post(f"{made.partner}answer/", {"answer": "taken"})
    partner.post(f"{made.partner}answer/", {"answer": "taken"})
    monday.shift(timedelta(days=30))
    assert "You have answered" in partner.get(made.partner).content.decode()
    partner.post(f"{made.partner}answer/", {"answer": "done"})
    for no_answer in ("taken", "x", ""):
        partner.post(f"{made.partner}answer/", {"answer": no_answer})
    assert steps(made.referral) == ["made", "opened", "taken", "done"]
    own = visitor().get(made.own).content.decode()
    assert "done" in own
    assert "Zelma" not in own


def test_what_is_not_theirs_is_deleted_at_once_and_is_work(
    guide: Desk, secretary: Desk, clinic: DirectoryEntry
) -> None:
    made = slip(guide, clinic)
    visitor().post(f"{made.partner}answer/", {"answer": "not-ours"})
    assert "Zelma" not in opened(made.partner)
    assert made.referral.reference in secretary.client.get("/desk/").content.decode()


def test_unopened_at_its_end_it_opens_nothing_and_takes_no_answer(
    guide: Desk, clinic: DirectoryEntry, monday: time_machine.Traveller
) -> None:
    made = slip(guide, clinic)
    monday.shift(timedelta(days=14))
    assert "Zelma" not in opened(made.partner)
    visitor().post(f"{made.partner}answer/", {"answer": "taken"})
    assert steps(made.referral) == ["made"]
    assert delete_contents() == 1


@pytest.mark.parametrize("by_phone", [False, True])
def test_with_the_consent_taken_back_the_link_is_closed(
    guide: Desk, clinic: DirectoryEntry, *, by_phone: bool
) -> None:
    made = slip(guide, clinic)
    if by_phone:
        guide.client.post(f"/desk/referrals/{made.referral.reference}/take-back/")
    else:
        assert visitor().get(f"{made.own}take-back/").status_code == 405
        visitor().post(f"{made.own}take-back/")
        visitor().post(f"{made.own}take-back/")
    for path in ("", "open/", "answer/"):
        method = visitor().get if not path else visitor().post
        assert method(f"{made.partner}{path}").status_code == 404
    made.referral.refresh_from_db()
    assert (made.referral.state, made.referral.sealed) == ("withdrawn", None)
    assert "taken your consent back" in visitor().get(made.own).content.decode()


def test_an_ended_slip_keeps_no_words_and_history_is_not_rewritten(
    guide: Desk, clinic: DirectoryEntry
) -> None:
    made = slip(guide, clinic)
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.update(state="withdrawn")
    with pytest.raises(IntegrityError), transaction.atomic():
        ReferralEvent.objects.filter(referral=made.referral).update(what="done")
    assert connection.in_atomic_block


def test_a_code_can_be_typed_as_it_stands_on_paper(guide: Desk, clinic: DirectoryEntry) -> None:
    made = slip(guide, clinic)
    code = made.partner.strip("/").split("/")[1]
    typed = in_groups(code).lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert typed_code(typed) == code
    found = visitor().post("/referral/", {"code": typed})
    assert found.headers["Location"] == made.partner
    assert visitor().post("/referral/", {"code": "ABC"}).status_code == 422
    assert not is_code(code.lower())
    assert len({new_code() for _ in range(50)}) == 50
    for wrong in (code.lower(), new_code(), "x" * 43):
        assert visitor().get(f"/referral/{wrong}/").status_code == 404


def test_codes_are_not_tried_without_end(clinic: DirectoryEntry) -> None:
    for _ in range(20):
        assert visitor().post("/referral/", {"code": new_code()}).status_code == 302
    assert visitor().post("/referral/", {"code": new_code()}).status_code == 429
