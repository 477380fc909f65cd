"""The posted code: it opens a time to choose, and later one's own page; wrong ones open nothing."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.test import Client

from bookings.cases.actions import Invitee, mark_posted
from bookings.cases.invitations import VISITS_OF_A_PERSON_A_DAY
from bookings.cases.letters import letter_of, letters_pdf
from bookings.cases.queries import letter_mark, letters_to_post
from bookings.models import Answer, Appointment, Case, CasePerson, Party, PartyRole, Status
from bookings.parties.records import link_path
from bookings.retention import requests as own_data
from office.models import OutboxMessage, Role
from tests.bookings.cases.cast import AINO, EINO, code_of, notice, printed
from tests.bookings.conftest import House
from tests.bookings.desk_cast import signed_in
from tests.factories import UserFactory
from tests.spent import spend

pytestmark = pytest.mark.django_db


SOURCE = {
    "fi": "Viranomainen on lähettänyt meille ilmoituksen, joka koskee sinua, ja siksi kutsumme sinut. "
    "Nimesi ja osoitteesi olemme saaneet ilmoituksesta.",
    "sv": "En myndighet har skickat oss en anmälan som gäller dig, och därför bjuder vi in dig. Vi har "
    "fått ditt namn och din adress från anmälan.",
}


def opened(client: Client, code: str) -> str:
    """Return the address to which a typed code leads."""
    response = client.post("/appointment/", {"code": code})
    return str(response.headers.get("Location", ""))


def details(house: House, hour: int = 9, **fields: Any) -> dict[str, Any]:
    return {
        "slot": house.value(hour),
        "key": str(uuid4()),
        "name": "Aino Virtala",
        "phone": "",
        "email": "aino@example.org",
        "safe": ["email"],
        "language": "fi",
        **fields,
    }


def test_from_the_code_to_the_booked_visit(house: House, client: Client) -> None:
    case = notice(house)
    mark_posted(
        [case.pk],
        [letter_mark(one) for one in letters_to_post()],
        user=UserFactory(roles=[Role.SECRETARY]),
    )
    page = opened(client, code_of(case).lower().replace("-", " "))
    assert page.startswith("/invitation/")
    html = client.get(page).content.decode()
    assert "Valitse aika käynnille" in html
    # Nothing of the matter or of the other one.
    assert "Elatussopimus" not in html
    assert "Korpi" not in html
    chosen = client.post(page, {"slot": house.value(9)})
    assert chosen.status_code == 302
    assert "ke 25.11.2026" in client.get(chosen.headers["Location"]).content.decode()
    form = details(house)
    booked = client.post(f"{page}details/", form)
    visit = Appointment.objects.get()
    assert (visit.status, visit.case) == (Status.CONFIRMED, case)
    mine, other = visit.parties.order_by("-is_requester")
    assert booked.headers["Location"] == link_path(mine)
    assert (mine.name, mine.answer, other.name) == ("Aino Virtala", Answer.ACCEPTED, "Eino Korpi")
    assert (other.answer, str(other.phone), other.email) == (Answer.ASKED, "", "")
    (message,) = OutboxMessage.objects.filter(to="aino@example.org")
    assert "Korpi" not in message.body
    # Pressed twice, it leads to the same page; the address by post is not kept.
    assert client.post(f"{page}details/", form).headers["Location"] == link_path(mine)
    assert Appointment.objects.count() == 1
    assert CasePerson.objects.get(party=mine).post_to == ""
    assert set(case.events.values_list("what", flat=True)) == {"entered", "posted", "answered"}
    # By the used code one sees time and place alone; by the other's own code, their page.
    used = opened(client, code_of(case))
    assert link_path(mine) not in client.get(used, follow=True).redirect_chain[-1][0]
    theirs = client.get(opened(client, code_of(case, EINO.name)), follow=True)
    assert theirs.redirect_chain[-1][0] == link_path(other)
    assert "Aino" not in theirs.content.decode()
    client.post(f"{link_path(other)}answer/", {"answer": "yes"})
    other.refresh_from_db()
    assert other.answer == Answer.ACCEPTED
    # And each finds the case in their own data, without the other.
    text = own_data.as_text(other)
    assert case.reference in text
    assert "Rantatie 4" in text
    assert "Kotikatu" not in text


def test_a_taken_time_books_nothing(house: House, client: Client) -> None:
    first, second = notice(house, AINO), notice(house, EINO)
    page = opened(client, code_of(first))
    client.post(f"{page}details/", details(house))
    other = opened(client, code_of(second, EINO.name))
    response = client.post(f"{other}details/", details(house, email="eino@example.org"))
    assert response.status_code == 409
    assert "Aika ehdittiin juuri varata" in response.content.decode()
    assert Appointment.objects.count() == 1
    # No time and no details: asked again.
    assert client.post(other).status_code == 400
    assert client.post(f"{other}details/", details(house, name="")).status_code == 422
    assert client.get(f"{other}details/?slot=x").headers["Location"] == other


def test_where_somebody_is_protected_or_it_is_closed_one_calls(
    house: House, client: Client
) -> None:
    case = notice(house)
    page = opened(client, code_of(case))
    CasePerson.objects.filter(name=EINO.name).update(is_protected=True)
    html = client.get(page).content.decode()
    assert "Sovimme ajasta ja paikasta kanssasi puhelimessa" in html
    client.post(f"{page}details/", details(house))
    CasePerson.objects.update(is_protected=False)
    Case.objects.update(closed_at="2026-11-23T08:00Z", result="no_answer")
    assert "Tämä kutsu ei ole enää voimassa" in client.get(page).content.decode()
    client.post(f"{page}details/", details(house))
    assert not Appointment.objects.exists()


def test_wrong_codes_and_links_open_nothing(house: House, client: Client) -> None:
    notice(house)
    assert opened(client, "AAAA-2222-AAAA") == ""
    assert client.get("/invitation/nosuchlink/").status_code == 404
    assert client.get("/invitation/nosuchlink/details/").status_code == 404


def test_after_a_cancelled_visit_the_code_books_anew(house: House, client: Client) -> None:
    case = notice(house)
    page = opened(client, code_of(case))
    client.post(f"{page}details/", details(house))
    mine = Party.objects.get(is_requester=True)
    client.post(f"{link_path(mine)}cancel/")
    again = opened(client, code_of(case, EINO.name))
    assert client.get(again).status_code == 200
    booked = client.post(f"{again}details/", details(house, 11, name="Eino Korpi"))
    assert booked.status_code == 302
    assert Appointment.objects.exclude(status=Status.CANCELLED).count() == 1


def test_a_code_books_only_so_often_a_day(house: House, client: Client) -> None:
    case = notice(house)
    page = opened(client, code_of(case))
    person = CasePerson.objects.get(case=case, name=AINO.name)
    spend("case", person.pk, limit=VISITS_OF_A_PERSON_A_DAY, every=timedelta(days=1))
    assert client.post(f"{page}details/", details(house)).status_code == 429
    assert not Appointment.objects.exists()


def test_the_letter_and_the_page_say_why_and_whence(house: House, client: Client) -> None:
    case = notice(house)
    for person in case.people.all():
        for language in ("fi", "sv"):
            closing = letter_of(person, house.unit, language, site="https://example.org")["closing"]
            assert SOURCE[language] in closing
            assert str(house.unit.phone).replace(" ", "\u00a0") in " ".join(closing)
    page = opened(client, code_of(case))
    html = client.get(page).content.decode()
    assert SOURCE["fi"] in html
    assert "Digi- ja väestötietovirasto" in html
    # Who is asked about the time that another one has chosen reads it on their own page.
    client.post(f"{page}details/", details(house))
    theirs = client.get(opened(client, code_of(case, EINO.name)), follow=True)
    assert SOURCE["fi"] in theirs.content.decode()


def test_each_comes_in_the_role_that_the_notice_gave_them(house: House, client: Client) -> None:
    otso = Invitee("Otso Salo", "Metsätie 9\n06150 Porvoo", role=PartyRole.HUSBAND)
    case = notice(house, AINO, replace(EINO, role=PartyRole.POSSIBLE_FATHER), otso)
    # Whoever of them chooses the time comes as what they are.
    page = opened(client, code_of(case, "Eino Korpi"))
    client.post(f"{page}details/", details(house, name="Eino Korpi"))
    visit = Appointment.objects.get()
    roles = dict(visit.parties.values_list("name", "role"))
    assert roles == {
        "Aino Virtala": PartyRole.PARENT,
        "Eino Korpi": PartyRole.POSSIBLE_FATHER,
        "Otso Salo": PartyRole.HUSBAND,
    }
    assert visit.parties.get(is_requester=True).name == "Eino Korpi"


def test_letters_are_tagged_neutral_and_in_the_readers_language(house: House) -> None:
    case = notice(house)
    client = signed_in(Role.SECRETARY).client
    response = client.get("/desk/cases/letters/")
    assert response.headers["Content-Type"] == "application/pdf"
    people = list(letters_to_post())
    made = letters_pdf(people, house.unit, site="https://example.org")
    with pikepdf.open(BytesIO(made)) as pdf:
        # One page for who reads Finnish, two for whom no language is known.
        assert len(pdf.pages) == 3
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fi"
        assert str(pdf.docinfo["/Title"])
    client.post("/desk/cases/letters/posted/", printed(client))
    assert client.get("/desk/cases/letters/").status_code == 302
    assert case.people.filter(posted_at=None).count() == 0
