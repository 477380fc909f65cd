"""Moving and cancelling tells everybody and can be undone; the list of who has signed up."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from time_machine import travel

from bookings.appointments.undo import CannotUndoError, UndoRefusal, undo
from bookings.models import Undoable
from evenings.models import Evening, EveningStatus, SignUp, SignUpStatus
from evenings.places.private_words import hash_word
from evenings.places.room import ChangedError
from evenings.planning import undo as planning_undo
from evenings.sign_ups import actions
from office.core import clock, dates
from office.models import AccessLogEntry, ClaimKind, Occupancy, OutboxMessage, Role
from office.staff.access_log import pseudonym
from tests.bookings.desk_cast import signed_in
from tests.bookings.notifications.test_neutral_messages import TELLING
from tests.evenings.cast import signs_up, word_for
from tests.evenings.factories import SignUpFactory
from tests.evenings.staff_pages.cast import DESK, EN, EveningUnit, evening_unit
from tests.factories import PartnerOrganisationFactory, ProfessionalFactory, busy

WEEK = timedelta(weeks=1)


@pytest.fixture
def house(db: None) -> EveningUnit:
    return evening_unit()


@pytest.fixture
def evening(house: EveningUnit) -> Evening:
    """Publish an evening with room for four: two have a place, one waits; one is a number alone."""
    (planned,) = house.plan(capacity=4)
    house.press(f"{planned.pk}/publish/", version=planned.version)
    SignUpFactory(evening=planned, people=2, first_name="Kuu", email="kuu@example.org")
    SignUpFactory(evening=planned, people=2, number="123456")
    SignUpFactory(
        evening=planned,
        status=SignUpStatus.WAITING,
        in_line_since=planned.created_at,
        email="tuuli@example.org",
    )
    return Evening.objects.get(pk=planned.pk)


def waiting_for() -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.filter(dropped_at=None, sent_at=None)
    return sorted(rows.values_list("kind", "to"))


def move_fields(house: EveningUnit, evening: Evening, **other: object) -> dict[str, object]:
    return {
        "day": f"{house.day + WEEK:%d.%m.%Y}",
        "starts": "18.00",
        "ends": "20.00",
        "service_point": house.point.pk,
        "room": house.room.pk,
        "professionals": [house.holder.pk],
        "version": evening.version,
        **other,
    }


def undo_last(house: EveningUnit) -> None:
    undo(Undoable.objects.latest("pk").key, user=house.desk.user)


def test_moved_everybody_is_told_and_undone_nobody_is(house: EveningUnit, evening: Evening) -> None:
    former, fields = evening.starts_at, move_fields(house, evening)

    preview = house.client.post(f"{DESK}{evening.pk}/move/", fields, headers=EN).content.decode()

    assert "123 456" in preview
    assert "a number alone: sees it only on the own page" in preview
    assert preview.count("e-mail (") == 2
    evening.refresh_from_db()
    assert (evening.starts_at, waiting_for()) == (former, [])

    page = house.press(f"{evening.pk}/move/", **fields, confirmed="1")
    assert "The evening was moved" in page
    evening.refresh_from_db()
    assert evening.starts_at == house.at(18, house.day + WEEK)
    assert evening.sign_up_closes_at == evening.starts_at - timedelta(hours=2)
    assert waiting_for() == [
        ("evening_changed", "kuu@example.org"),
        ("evening_changed", "tuuli@example.org"),
        ("evening_staff", "helka@example.org"),
    ]
    assert {row.during.lower for row in Occupancy.objects.all()} == {evening.starts_at}

    undo_last(house)
    evening.refresh_from_db()
    assert (evening.starts_at, waiting_for()) == (former, [])
    assert {row.during.lower for row in Occupancy.objects.all()} == {former}
    assert Occupancy.objects.count() == 2


def test_who_holds_it_is_written_to_of_another_time_and_who_no_longer_does(
    house: EveningUnit, evening: Evening
) -> None:
    SignUp.objects.all().update(email="", phone="")
    former = dates.when(evening.starts_at, "fi")
    colleague = ProfessionalFactory(email="kaisu@example.org")
    whoever_moves_it = ProfessionalFactory(user=house.desk.user)
    house.press(
        f"{evening.pk}/move/",
        **move_fields(house, evening, professionals=[colleague.pk, whoever_moves_it.pk]),
        confirmed="1",
    )
    assert waiting_for() == [
        ("evening_staff", "kaisu@example.org"),
        ("evening_staff_off", "helka@example.org"),
    ]
    off = OutboxMessage.objects.get(kind="evening_staff_off")
    assert former in off.subject
    assert former in off.body
    holds = OutboxMessage.objects.get(kind="evening_staff")
    assert house.point.address in holds.body
    for message in (off, holds):
        assert not TELLING.search(f"{message.subject} {message.body.partition('-- ')[0]}")
    # What is not true any more is taken back before it leaves.
    evening.refresh_from_db()
    house.press(f"{evening.pk}/cancel/", version=evening.version)
    assert waiting_for() == [
        ("evening_staff_off", "helka@example.org"),
        ("evening_staff_off", "kaisu@example.org"),
    ]


def test_partners_who_hold_it_are_told_of_a_move_and_of_the_end(
    house: EveningUnit, evening: Evening
) -> None:
    SignUp.objects.all().delete()
    association = PartnerOrganisationFactory(name_fi="Liitto ry", email="liitto@example.org")
    clinic = PartnerOrganisationFactory(name_fi="Neuvola", email="", phone="019 555 0100")
    proposer = PartnerOrganisationFactory(email="ehdottaja@example.org")
    evening.organisers.set([association, clinic])
    Evening.objects.filter(pk=evening.pk).update(proposed_by=proposer)
    house.holder.email = ""
    house.holder.save()
    former = dates.when(evening.starts_at, "fi")

    fields = move_fields(house, evening)
    preview = house.press(f"{evening.pk}/move/", **fields)
    assert "<b>Liitto ry</b>: e-mail" in preview
    assert "<b>Neuvola</b>: has no e-mail address here: call 019 555 0100" in preview
    assert "<b>Helka Holm</b>: has no e-mail address here: tell them yourself" in preview
    assert "Move and tell everybody" in preview
    assert waiting_for() == []
    house.press(f"{evening.pk}/move/", **fields, confirmed="1")
    told = [("evening_partner", "ehdottaja@example.org"), ("evening_partner", "liitto@example.org")]
    assert waiting_for() == told
    evening.refresh_from_db()
    moved = OutboxMessage.objects.get(kind="evening_partner", to="liitto@example.org")
    for words in (former, dates.when(evening.starts_at, "fi"), dates.when(evening.starts_at, "sv")):
        assert words in moved.body
    undo_last(house)
    assert waiting_for() == []

    # Who holds it changes, and the hour does not: that is nothing for partners.
    evening.refresh_from_db()
    held = move_fields(house, evening, day=f"{house.day:%d.%m.%Y}", starts="17.30", ends="19.30")
    preview = house.press(f"{evening.pk}/move/", **held)
    assert "Nobody is told of this." in preview

    assert "<b>Liitto ry</b>: e-mail" in house.page(f"{evening.pk}/cancel/")
    house.press(f"{evening.pk}/cancel/", version=evening.version)
    assert waiting_for() == [("evening_partner_off", to) for _kind, to in told]
    for message in OutboxMessage.objects.all():
        assert not TELLING.search(f"{message.subject} {message.body.partition('-- ')[0]}")


def test_partners_hear_of_what_is_not_public_only_as_they_know_it(house: EveningUnit) -> None:
    proposer = PartnerOrganisationFactory(email="ehdottaja@example.org")
    (planned,) = house.plan(professionals=[])
    planned.organisers.add(PartnerOrganisationFactory(email="liitto@example.org"))
    Evening.objects.filter(pk=planned.pk).update(proposed_by=proposer)
    house.press(f"{planned.pk}/cancel/", version=planned.version)
    assert waiting_for() == [("evening_partner_off", "ehdottaja@example.org")]


def test_a_message_that_did_not_leave_leads_the_desk_to_its_evening(
    house: EveningUnit, evening: Evening
) -> None:
    house.press(f"{evening.pk}/move/", **move_fields(house, evening), confirmed="1")
    OutboxMessage.objects.filter(to__in=["kuu@example.org", "helka@example.org"]).update(
        failed_at=clock.now(), last_error="refused"
    )
    secretary = signed_in(Role.SECRETARY).client
    pages = {}
    for message in OutboxMessage.objects.exclude(failed_at=None):
        page = secretary.get(f"/desk/?at=messages.{message.pk}", headers=EN)
        pages[message.kind] = (page.context["about"], page.context["about_page"])
        assert page.context["about_page"] in page.content.decode()
        assert f">{message.about}<" not in page.content.decode()
    number = evening.sign_ups.get(email="kuu@example.org").shown_number
    assert pages == {
        "evening_changed": (f"Sign-up {number} for an evening", f"{DESK}{evening.pk}/people/"),
        "evening_staff": ("An evening that a professional holds", f"{DESK}{evening.pk}/"),
    }


def test_a_move_to_busy_time_is_refused_with_a_name(house: EveningUnit, evening: Evening) -> None:
    busy(house.holder, house.at(19, house.day + WEEK), 30, ClaimKind.APPOINTMENT)

    answer = house.client.post(f"{DESK}{evening.pk}/move/", move_fields(house, evening), headers=EN)

    assert answer.status_code == 422
    assert "Helka Holm is busy" in answer.content.decode()


def test_cancelled_and_undone_with_all_sign_ups(house: EveningUnit, evening: Evening) -> None:
    before = sorted(evening.sign_ups.values_list("pk", "status", "people"))

    page = house.press(f"{evening.pk}/cancel/", version=evening.version)

    assert "The evening was cancelled" in page
    evening.refresh_from_db()
    assert (evening.status, evening.people, evening.claim) == (EveningStatus.CANCELLED, 0, None)
    assert not Occupancy.objects.exists()
    assert {one.status for one in evening.sign_ups.all()} == {SignUpStatus.EVENING_OFF}
    assert [kind for kind, _to in waiting_for()] == ["evening_off"] * 2 + ["evening_staff_off"]

    undo_last(house)
    evening.refresh_from_db()
    assert (evening.status, evening.people) == (EveningStatus.PUBLISHED, 4)
    assert sorted(evening.sign_ups.values_list("pk", "status", "people")) == before
    assert (Occupancy.objects.count(), waiting_for()) == (2, [])


def test_what_no_action_was_known_to_touch_is_put_back_too(
    house: EveningUnit, evening: Evening
) -> None:
    """So that a new column of an evening or a sign-up cannot be forgotten."""
    before = (evening.capacity, evening.languages, evening.note_fi)
    people = sorted(evening.sign_ups.values_list("pk", "language"))

    def act() -> None:
        Evening.objects.filter(pk=evening.pk).update(capacity=9, languages=["sv"], note_fi="Muu")
        evening.sign_ups.update(language="sv")

    planning_undo.undoably(evening.pk, planning_undo.EveningAct.MOVE, act, user=house.desk.user)
    undo_last(house)
    evening.refresh_from_db()
    assert (evening.capacity, evening.languages, evening.note_fi) == before
    assert sorted(evening.sign_ups.values_list("pk", "language")) == people


def test_not_undone_where_the_time_is_taken_or_the_evening_has_changed(
    house: EveningUnit, evening: Evening
) -> None:
    house.press(f"{evening.pk}/cancel/", version=evening.version)
    taken = busy(house.holder, evening.starts_at, 30, ClaimKind.APPOINTMENT)
    with pytest.raises(CannotUndoError):
        undo_last(house)
    taken.delete()
    Evening.objects.filter(pk=evening.pk).update(version=99)
    with pytest.raises(CannotUndoError):
        undo_last(house)
    evening.refresh_from_db()
    assert evening.is_cancelled
    assert len(waiting_for()) == 3


def test_a_private_word_said_on_the_phone_keeps_apart(house: EveningUnit, evening: Evening) -> None:
    evening.sign_ups.filter(status=SignUpStatus.WAITING).delete()
    Evening.objects.filter(pk=evening.pk).update(capacity=9)
    word, closed = word_for(evening), word_for(closed=evening)

    def says(word: str) -> str:
        fields = {"people": 1, "contact": "", "language": "fi", "made_from": uuid4(), "word": word}
        return house.press(f"{evening.pk}/people/", **fields)

    assert "at least four letters" in says("abc")
    said = says(word.upper())
    assert "Signed up with the number" in said
    assert SignUp.objects.latest("pk").word_hash == hash_word(word)
    assert word not in said.lower()
    # The other with the same word, and the lot, get one answer.
    for each in (word, closed):
        assert "No place can be given here with this word" in says(each)


def test_taken_off_is_not_undone_over_somebody_who_has_come_since(
    house: EveningUnit, evening: Evening
) -> None:
    evening.sign_ups.filter(status=SignUpStatus.WAITING).delete()
    word = hash_word(word_for(evening))
    kuu = evening.sign_ups.get(first_name="Kuu")
    SignUp.objects.filter(pk=kuu.pk).update(word_hash=word)
    press = partial(house.press, f"{evening.pk}/people/{kuu.pk}/off/")

    # Undo of who had the last free places, by the page that offers it.
    press()
    late = signs_up(evening)
    done = Undoable.objects.latest("pk")
    answer = house.client.post(f"/desk/undo/{done.key}/", headers=EN, follow=True)
    assert "It has been changed since, so nothing was undone." in answer.content.decode()
    kuu.refresh_from_db()
    assert kuu.status == SignUpStatus.CANCELLED
    actions.cancel(late.pk)
    undo_last(house)

    # The same word has come meanwhile, with room for both.
    Evening.objects.filter(pk=evening.pk).update(capacity=9)
    press()
    signs_up(evening, word_hash=word)
    with pytest.raises(CannotUndoError) as refused:
        undo_last(house)
    assert refused.value.why == UndoRefusal.CHANGED

    # Whoever takes another place stands in nobody's way.
    other = evening.sign_ups.get(number="123456")
    house.press(f"{evening.pk}/people/{other.pk}/off/")
    signs_up(evening)
    undo_last(house)
    other.refresh_from_db()
    assert other.status == SignUpStatus.SIGNED


def test_a_move_is_not_undone_once_somebody_was_told_the_new_time(
    house: EveningUnit, evening: Evening
) -> None:
    Evening.objects.filter(pk=evening.pk).update(capacity=9)
    house.press(f"{evening.pk}/move/", **move_fields(house, evening), confirmed="1")
    signs_up(evening, email="uusi@example.org", waits=True)
    with pytest.raises(CannotUndoError) as refused:
        undo_last(house)
    assert refused.value.why == UndoRefusal.CHANGED
    evening.refresh_from_db()
    assert evening.starts_at == house.at(18, house.day + WEEK)
    assert ("evening_changed", "kuu@example.org") in waiting_for()


def test_an_offer_ends_when_an_evening_that_was_moved_earlier_begins(
    house: EveningUnit, evening: Evening
) -> None:
    waits = evening.sign_ups.get(email="tuuli@example.org")
    until = evening.starts_at - timedelta(hours=3)
    Evening.objects.filter(pk=evening.pk).update(capacity=9)
    SignUp.objects.filter(pk=waits.pk).update(status=SignUpStatus.OFFERED, offered_until=until)
    earlier = move_fields(house, evening, day=f"{house.day - WEEK:%d.%m.%Y}")
    house.press(f"{evening.pk}/move/", **earlier, confirmed="1")
    evening.refresh_from_db()
    waits.refresh_from_db()
    assert waits.offered_until == evening.starts_at < until
    told = OutboxMessage.objects.get(kind="evening_changed", to="tuuli@example.org")
    assert dates.when(evening.starts_at, "fi") in told.body
    assert "Vastaa omalla sivullasi" in told.body
    undo_last(house)
    waits.refresh_from_db()
    assert waits.offered_until == until
    # An evening that has begun gives no place, whatever the offer says.
    with travel(evening.ends_at, tick=False):
        SignUp.objects.filter(pk=waits.pk).update(offered_until=clock.now() + timedelta(hours=1))
        begun = clock.now() - timedelta(hours=1)
        Evening.objects.filter(pk=evening.pk).update(starts_at=begun, sign_up_closes_at=begun)
        with pytest.raises(ChangedError):
            actions.take_offered(waits.pk)


def test_who_holds_it_is_told_where_also_remotely_and_of_my_day_with_an_account(
    house: EveningUnit, evening: Evening
) -> None:
    link = "https://video.example.org/abc"
    colleague = ProfessionalFactory(email="kaisu@example.org", user=signed_in(Role.GUIDE).user)
    house.press(
        f"{evening.pk}/move/",
        **move_fields(house, evening, professionals=[house.holder.pk, colleague.pk]),
        remote_link=link,
        confirmed="1",
    )
    own_day = {
        m.to: "Oma päivä" in m.body for m in OutboxMessage.objects.filter(kind="evening_staff")
    }
    assert own_day == {"helka@example.org": False, "kaisu@example.org": True}
    assert all(
        link in message.body for message in OutboxMessage.objects.filter(kind="evening_staff")
    )


def test_list_is_minimal_and_logged(house: EveningUnit, evening: Evening) -> None:
    page = house.page(f"{evening.pk}/people/")

    assert "Kuu" in page
    assert "kuu@example.org" not in page
    row = AccessLogEntry.objects.get(record=f"evening-{evening.pk}", action="list")
    assert row.reason == "evenings"
    assert set(row.subjects) == {pseudonym("kuu@example.org"), pseudonym("tuuli@example.org")}
    door = house.page(f"{evening.pk}/door/")
    assert "123 456" in door
    assert "4 people have a place." in door
    assert "Kuu" not in door
    for role, status in ((Role.SECRETARY, 200), (Role.MANAGER, 200), (Role.PARTNER, 403)):
        colleague = signed_in(role).client
        assert colleague.get(f"{DESK}{evening.pk}/people/").status_code == status


def test_signed_up_by_phone_and_taken_off_with_undo(house: EveningUnit, evening: Evening) -> None:
    key = uuid4()
    fields = {"people": 1, "contact": "044 123 4567", "language": "sv", "made_from": key}

    full = house.press(f"{evening.pk}/people/", **fields)
    assert "There is no such place free" in full
    waits = house.press(f"{evening.pk}/people/", **fields, waits="on")
    house.press(f"{evening.pk}/people/", **fields, waits="on")

    assert "On the waiting list with the number" in waits
    row = SignUp.objects.get(made_from=key)
    assert (row.status, str(row.phone), row.language) == ("waiting", "+358441234567", "sv")
    assert [to for _kind, to in waiting_for()] == ["+358441234567"]

    first = evening.sign_ups.get(first_name="Kuu")
    house.press(f"{evening.pk}/people/{first.pk}/off/")
    first.refresh_from_db()
    assert first.status == SignUpStatus.CANCELLED
    undo_last(house)
    first.refresh_from_db()
    assert first.status == SignUpStatus.SIGNED
    assert ("evening_cancelled", "kuu@example.org") not in waiting_for()
    # Of another evening nobody is taken off here.
    (other,) = house.plan(house.day + WEEK)
    assert house.client.post(f"{DESK}{other.pk}/people/{first.pk}/off/").status_code == 404
