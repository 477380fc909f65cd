"""Papers for a visit: written at home, opened by their own key alone, gone with the visit."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils.translation import override

from bookings.appointments import answers as visit_answers
from bookings.models import (
    Appointment,
    Party,
    Preparation,
    PreparationCode,
    PreparationOpening,
    Status,
)
from bookings.preparation import answers, opening, sealed
from bookings.preparation.opening import NotTheDayError, OpeningCodeError
from bookings.preparation.questions import SHEETS
from bookings.preparation.sealed import PapersNotFoundError
from bookings.preparation.views import PDFS_AN_HOUR
from bookings.retention import requests as own_data
from office.access.search import Client as Whom
from office.access.search import entries
from office.core import clock, sealing
from office.core.sealing import SealBrokenError
from office.models import AccessLogEntry, HomeForm, Role, Service, User
from office.staff.rate_limits import TooManyTriesError
from tests.bookings.personal_cast import NOW, VISIT, Cast, cast, passed_on, text, without_keys
from tests.factories import ServiceFactory, UserFactory, booked, link_of
from tests.plans.paper import opened, tags_of, text_of
from tests.purged import purged
from tests.spent import spend

pytestmark = pytest.mark.django_db

SECRET = "Kuukausipalkka 2345 euroa"
TWO_THINGS = "Henkilötodistus\nPalkkalaskelma"


@pytest.fixture
def at_ten() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as travel:
        yield travel


@pytest.fixture
def house(at_ten: Any) -> Cast:
    people = cast()
    Service.objects.update(
        what_to_bring_fi=TWO_THINGS,
        what_to_bring_sv="Legitimation\nLönespecifikation",
        home_forms=[HomeForm.MEANS, HomeForm.BACKGROUND],
    )
    user = UserFactory(roles=[Role.SUPERVISOR])
    people.professional.user = user
    people.professional.save()
    for party in (people.asking, people.invited):
        party.appointment.refresh_from_db()
    return people


@pytest.fixture
def finnish(client: Client) -> Client:
    client.cookies["django_language"] = "fi"
    return client


def begun(client: Client, party: Party, **more: str) -> str:
    """Return the address of new papers, begun from the own page."""
    response = client.post(f"{link_of(party)}prepare/", {"key": sealing.new_token(), **more})
    assert response.status_code == 302
    return str(response.headers["Location"])


def key_in(address: str) -> str:
    return address.strip("/").split("/")[1]


def fill(client: Client, address: str, **given: str) -> None:
    page = client.get(f"{address}form/means/")
    seen = page.context["form"]["seen"].value()
    sent = client.post(f"{address}form/means/", {"seen": seen, **given}, follow=True)
    assert sent.redirect_chain == [(address, 302)]


def supervisor_of(house: Cast) -> tuple[Client, User]:
    user = house.professional.user
    assert user is not None
    client = Client()
    client.force_login(user)
    return client, user


def test_only_the_key_opens_them_and_the_link_does_not_tell_of_any(
    house: Cast, finnish: Client
) -> None:
    own_page = without_keys(text(finnish, link_of(house.asking)))
    address = begun(finnish, house.asking)
    fill(finnish, address, wage=SECRET)
    # The same link, on whatever device, says the same as before; and another's key opens nothing here.
    assert without_keys(text(finnish, link_of(house.asking))) == own_page
    assert "Aloita valmistautuminen" in text(finnish, f"{link_of(house.asking)}prepare/")
    assert SECRET in text(finnish, f"{address}print/")
    made = finnish.post(f"{address}pdf/")
    assert made["Content-Type"] == "application/pdf"
    assert "no-store" in made["Cache-Control"]
    assert SECRET in text_of(made.content)
    tags = tags_of(made.content)
    assert [tag for tag in tags if tag.startswith("H")][:3] == ["H1", "H2", "H2"]
    with opened(made.content) as read:
        assert str(read.Root.Lang) == "fi"
    assert finnish.get(f"{address}pdf/").status_code == 405
    papers = Preparation.objects.get()
    spend("papers pdf", papers.pk, limit=PDFS_AN_HOUR, every=timedelta(hours=1))
    assert finnish.post(f"{address}pdf/").status_code == 302
    for other in ("x" * 43, "short", key_in(address)[:-1] + "_"):
        assert finnish.get(f"/prepare/{other}/").status_code == 404
    # Nor does the database: not in any column, sealed for one version of one row.
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM bookings_preparation")
        stored = b" ".join(
            bytes(value) if isinstance(value, memoryview) else str(value).encode()
            for row in cursor.fetchall()
            for value in row
        )
    assert SECRET.encode() not in stored
    assert b"Kuukausipalkka" not in stored
    assert key_in(address).encode() not in stored
    Preparation.objects.update(version=9)
    assert finnish.get(address).status_code == 404


def test_this_device_remembers_only_where_asked_and_forgets(house: Cast, finnish: Client) -> None:
    address = begun(finnish, house.asking, remember="on")
    ticks = finnish.get(address).context["form"]["things"].field.choices
    finnish.post(address, {"things": [ticks[0][0]]})
    fill(finnish, address, wage=SECRET)
    page = text(finnish, link_of(house.asking))
    assert "Valmiina: 1/2" in page
    assert "Lomakkeita aloitettu: 1/2" in page
    assert address in page
    # Neither another browser with the same link, nor the other parent on this device.
    assert "Valmiina" not in text(Client(), link_of(house.asking))
    assert "Valmiina" not in text(finnish, link_of(house.invited))
    assert finnish.post(f"{address}forget/").status_code == 302
    assert "Valmiina" not in text(finnish, link_of(house.asking))
    assert finnish.get(address).status_code == 200


def test_ticks_hold_in_every_language_until_the_unit_changes_the_thing(
    house: Cast, finnish: Client
) -> None:
    address = begun(finnish, house.asking)
    keys = [key for key, _label in finnish.get(address).context["form"]["things"].field.choices]
    saved = finnish.post(address, {"things": keys}, headers={"X-Autosave": "1"})
    assert "saved" in saved.json()
    finnish.cookies["django_language"] = "sv"
    assert finnish.get(address).context["packed"] == answers.PreparationProgress(2, 2)
    assert "Lönespecifikation" in text(finnish, address)
    Service.objects.update(what_to_bring_fi="Henkilötodistus\nVeropäätös")
    assert finnish.get(address).context["packed"] == answers.PreparationProgress(1, 2)
    # What is not on the list cannot be ticked.
    finnish.post(address, {"things": ["no-such-thing"]})
    assert finnish.get(address).context["packed"].done == 1


def test_a_form_is_saved_as_one_writes_and_two_tabs_lose_nothing(
    house: Cast, finnish: Client
) -> None:
    address = begun(finnish, house.asking)
    form = f"{address}form/means/"
    opened_with = finnish.get(form).context["form"]["seen"].value()
    first = {"seen": opened_with, "wage": "2000", "benefits": "Lapsilisä\r\n100"}
    marks = finnish.post(form, first, headers={"X-Autosave": "1"}).json()["marks"]
    again = {**first, **marks, "wage": "2100"}
    assert finnish.post(form, again, headers={"X-Autosave": "1"}).status_code == 200
    # Another tab, opened before: nothing is overwritten until its writer has seen it.
    other = {"seen": opened_with, "wage": "9"}
    assert finnish.post(form, other, headers={"X-Autosave": "1"}).status_code == 409
    page = finnish.post(form, other)
    assert page.status_code == 409
    assert "2100" in page.content.decode()
    seen = page.context["form"]["seen"].value()
    assert finnish.post(form, {**other, "seen": seen}).status_code == 302
    assert finnish.get(form).context["form"]["wage"].value() == "9"
    # No identity codes; no form that nobody asks for.
    refused = finnish.post(form, {"seen": seen, "wage": "131052-308T"})
    assert refused.status_code == 422
    assert finnish.get(f"{address}form/child/").status_code == 404


def test_beginning_twice_is_once_and_not_without_end(house: Cast, finnish: Client) -> None:
    key = sealing.new_token()
    for _press in range(2):
        finnish.post(f"{link_of(house.asking)}prepare/", {"key": key})
    assert Preparation.objects.count() == 1
    for _more in range(sealed.BEGUN_A_DAY - 1):
        begun(finnish, house.asking)
    refused = finnish.post(f"{link_of(house.asking)}prepare/", {"key": sealing.new_token()})
    assert refused.status_code == 429
    # By an invitation nobody prepares: who reads it is not known. Nor where nothing is asked for.
    invited, _code = passed_on()
    assert finnish.get(f"{link_of(invited)}prepare/").status_code == 302
    Service.objects.update(what_to_bring_fi="", what_to_bring_sv="", home_forms=[])
    assert finnish.get(f"{link_of(house.invited)}prepare/").status_code == 302
    assert "Valmistaudu käyntiin" not in text(finnish, link_of(house.invited))


def test_they_go_with_the_visit(house: Cast, finnish: Client, at_ten: Any) -> None:
    cancelled, deleted = begun(finnish, house.asking), begun(finnish, house.invited)
    assert finnish.post(f"{deleted}delete/").status_code == 200
    assert finnish.get(deleted).status_code == 404
    begun(finnish, house.invited)
    at_ten.move_to(VISIT + timedelta(minutes=60) + sealed.KEPT - timedelta(minutes=1))
    assert finnish.get(cancelled).status_code == 200
    assert purged("preparations") == 0
    at_ten.move_to(VISIT + timedelta(minutes=61) + sealed.KEPT)
    assert finnish.get(cancelled).status_code == 404
    assert purged("preparations") == 2


def test_a_visit_called_off_locks_them_at_once(house: Cast, finnish: Client, at_ten: Any) -> None:
    address = begun(finnish, house.asking)
    visit_answers.cancel_visit(house.asking.pk)
    assert finnish.get(address).status_code == 404
    at_ten.move_to(NOW + sealed.KEPT + timedelta(minutes=1))
    assert purged("preparations") == 1


def test_the_own_data_say_that_there_are_some_and_deletion_takes_them(
    house: Cast, finnish: Client, at_ten: Any
) -> None:
    begun(finnish, house.asking)
    begun(finnish, house.invited)
    with override("en"):
        stored = own_data.stored_data(house.asking)
    assert [len(part.rows) for part in stored if "prepare" in part.title] == [1]
    at_ten.move_to(VISIT + timedelta(hours=2))
    Appointment.objects.update(status=Status.DONE)
    asked = own_data.ask(house.asking.pk, own_data.DataRequest.Kind.DELETION)
    own_data.delete(asked.pk, user=UserFactory(roles=[Role.SECRETARY]))
    assert [p.party_id for p in Preparation.objects.all()] == [house.invited.pk]


def a_code(house: Cast, client: Client) -> tuple[str, str]:
    """Return papers with a secret, and a code that opens them."""
    address = begun(client, house.asking)
    fill(client, address, wage=SECRET)
    return address, str(client.post(f"{address}code/").context["code"])


def test_six_digits_open_them_at_the_visit_and_nothing_else_does(
    house: Cast, finnish: Client, at_ten: Any
) -> None:
    at_ten.move_to(VISIT)
    staff, user = supervisor_of(house)
    papers = f"/my-day/visits/{house.appointment.reference}/papers/"
    assert papers in text(staff, "/my-day/")
    address, code = a_code(house, finnish)
    assert SECRET not in text(staff, papers)
    assert staff.post(papers, {"code": "000000" if code != "000000" else "1"}).status_code == 422
    assert staff.post(papers, {"code": f"{code[:3]} {code[3:]}"}).status_code == 302
    page = staff.get(papers)
    assert SECRET in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert "Palkkalaskelma" not in page.content.decode()
    printed = text_of(staff.post(f"{papers}pdf/").content)
    assert (SECRET in printed, "Palkkalaskelma" in printed) == (True, False)
    assert AccessLogEntry.objects.filter(action="print", user=user).count() == 1
    logged = AccessLogEntry.objects.filter(user=user, reason="papers")
    assert {entry.record for entry in logged} == {house.appointment.reference}
    # The other parent's extract of the log does not tell that they were opened.
    theirs = entries(client=Whom(contact=str(house.invited.phone or house.invited.email)))
    assert theirs.exists()
    assert not theirs.filter(reason="papers").exists()
    # Sent twice it is the same; in another browser of the same user, or of a colleague, it is nothing.
    assert staff.post(papers, {"code": code}).status_code == 302
    assert SECRET not in text(supervisor_of(house)[0], papers)
    colleague = Client()
    colleague.force_login(UserFactory(roles=[Role.SUPERVISOR]))
    colleague.cookies["visit_papers"] = staff.cookies["visit_papers"].value
    assert colleague.get(papers).status_code == 404
    assert colleague.post(f"{papers}pdf/").status_code == 404
    # The parent sees that they are open, and closes them; the key that was lent fits no more.
    lent = PreparationOpening.objects.get()
    token = staff.cookies["visit_papers"].value
    old_key = opening._lent_key(lent, token)
    assert "Sulje ne" in text(finnish, address)
    finnish.post(f"{address}code/", {"end": "1"})
    assert SECRET not in text(staff, papers)
    with pytest.raises(SealBrokenError):
        sealed.unseal(Preparation.objects.get(), old_key)
    assert SECRET in text(finnish, f"{address}print/")


def test_they_close_with_the_visit_by_the_professional_and_by_the_clock(
    house: Cast, finnish: Client, at_ten: Any
) -> None:
    at_ten.move_to(VISIT)
    staff, _user = supervisor_of(house)
    papers = f"/my-day/visits/{house.appointment.reference}/papers/"
    address, code = a_code(house, finnish)
    staff.post(papers, {"code": code})
    assert staff.post(f"{papers}close/").status_code == 302
    assert staff.post(f"{papers}close/").status_code == 302
    assert not PreparationOpening.objects.exists()
    assert SECRET not in text(staff, papers)
    assert SECRET in text(finnish, f"{address}print/")

    staff.post(papers, {"code": finnish.post(f"{address}code/").context["code"]})
    assert SECRET in text(staff, papers)
    Appointment.objects.update(status=Status.DONE)
    assert SECRET not in text(staff, papers)
    assert opening.delete_ended() == 1

    Appointment.objects.update(status=Status.IN_MEETING)
    staff.post(papers, {"code": finnish.post(f"{address}code/").context["code"]})
    at_ten.shift(timedelta(minutes=house.unit.guide_meeting_minutes))
    assert SECRET not in text(staff, papers)


def test_a_code_is_for_its_day_its_visit_once_and_for_minutes(
    house: Cast, finnish: Client, at_ten: Any
) -> None:
    address = begun(finnish, house.asking)
    papers = sealed.open_papers(key_in(address))
    with pytest.raises(NotTheDayError):
        opening.give_code(papers)
    assert finnish.post(f"{address}code/").status_code == 302
    _client, user = supervisor_of(house)
    with pytest.raises(NotTheDayError):
        opening.use_code("123456", house.appointment, user, sealing.new_token())

    at_ten.move_to(VISIT)
    visit, token = house.appointment, sealing.new_token()
    other = cast_of_another_visit(house)
    earlier, _until = opening.give_code(papers)
    code, until = opening.give_code(papers)
    assert until == clock.now() + opening.CODE_LASTS
    assert PreparationCode.objects.count() == 1
    for wrong, where in ((code, other), (earlier, visit), ("", visit)):
        if wrong != code or where is other:
            with pytest.raises(OpeningCodeError):
                opening.use_code(wrong, where, user, token)
    opening.use_code(code, visit, user, token)
    with pytest.raises(OpeningCodeError):
        opening.use_code(code, visit, user, token)
    late, until = opening.give_code(papers)
    at_ten.move_to(until)
    with pytest.raises(OpeningCodeError):
        opening.use_code(late, visit, user, token)
    for _try in range(opening.TRIES_AN_HOUR):
        with suppress(OpeningCodeError, TooManyTriesError):
            opening.use_code("abc", visit, user, token)
    with pytest.raises(TooManyTriesError):
        opening.use_code(opening.give_code(papers)[0], visit, user, token)
    with pytest.raises(PapersNotFoundError):
        sealed.open_papers(token)


def cast_of_another_visit(house: Cast) -> Appointment:
    """Make another visit of the same professional on the same day."""
    return booked(
        start=VISIT + timedelta(hours=3), professionals=[house.professional], service=house.service
    )


def test_all_matters_of_the_visit_ask_for_their_things_once(house: Cast) -> None:
    visit = house.appointment
    visit.also.add(
        ServiceFactory(
            what_to_bring_fi="Palkkalaskelma\nVuokrasopimus", home_forms=[HomeForm.CHILD]
        )
    )
    Appointment.objects.update(minutes=120)
    visit.refresh_from_db()
    assert [item.text for item in sealed.things_to_bring(visit)] == [
        "Henkilötodistus",
        "Palkkalaskelma",
        "Vuokrasopimus",
    ]
    assert sealed.forms_asked(visit) == [HomeForm.BACKGROUND, HomeForm.MEANS, HomeForm.CHILD]


def test_every_form_has_answers_to_read_and_no_key_twice() -> None:
    for form, sheet in SHEETS.items():
        keys = [question.key for question in sheet.questions]
        assert len(keys) == len(set(keys))
        assert "seen" not in keys
        given: dict[str, answers.Answer] = {
            q.key: [q.choices[0][0]] if q.choices else "x" for q in sheet.questions
        }
        content = answers.with_answers({}, form, given, answers.fingerprint({}, form))
        assert answers.progress_of(content, sheet).is_complete
        assert all(answers.readable(q, given[q.key]) for q in sheet.questions)
