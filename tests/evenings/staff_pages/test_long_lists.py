"""Lists of evenings and of those who have signed up: as many queries for many rows as for few."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evenings.models import Evening, SignUpStatus
from evenings.partners.links import make_link
from evenings.places.private_words import hash_word
from office.core import clock
from office.models import Role
from tests.bookings.desk_cast import signed_in
from tests.evenings.factories import EveningFactory, SignUpFactory
from tests.factories import PartnerOrganisationFactory, ProfessionalFactory, UnitFactory

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 70


def test_no_page_asks_more_for_many_rows(client: Client) -> None:
    UnitFactory()
    partner = PartnerOrganisationFactory()
    staff = signed_in(Role.MANAGER)
    link = make_link(partner, user=staff.user)
    kind_of = EveningFactory(capacity=1)
    SignUpFactory(evening=kind_of, word_hash=hash_word("pihlaja"))

    def add(count: int) -> None:
        for number in range(count):
            for start in (clock.now() + timedelta(days=7), clock.now() - timedelta(days=7)):
                evening = EveningFactory(kind=kind_of.kind, starts_at=start)
                evening.organisers.add(partner)
                evening.professionals.add(ProfessionalFactory())
                SignUpFactory(evening=evening, email=f"a{number}@example.org")
            SignUpFactory(
                evening=kind_of,
                status=SignUpStatus.WAITING,
                in_line_since=clock.now(),
                phone="+358400000001",
                word_hash=hash_word("pihlaja"),
            )

    def queries(browser: Client, path: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert browser.get(path).status_code == 200
        return len(found)

    pages = [
        (client, "/evenings/"),
        (client, f"/evenings/{kind_of.pk}/"),
        (client, link.path),
        (staff.client, "/desk/evenings/"),
        (staff.client, "/desk/evenings/?all=1"),
        (staff.client, f"/desk/evenings/{kind_of.pk}/people/"),
        (staff.client, f"/desk/evenings/{kind_of.pk}/door/"),
        (staff.client, "/desk/evenings/figures/"),
    ]
    add(FEW)
    for page in pages:
        queries(*page)
    before = [queries(*page) for page in pages]
    add(MANY - FEW)
    assert [queries(*page) for page in pages] == before
    assert Evening.objects.upcoming(clock.now()).count() == MANY + 1
    assert (
        f"Show all {MANY + 1} evenings"
        in staff.client.get("/desk/evenings/", headers={"accept-language": "en"}).content.decode()
    )
