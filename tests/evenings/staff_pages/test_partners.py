"""Partners hold evenings of their own by a link: proposed, seen in numbers, published by the unit."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from evenings.models import Evening, EveningStatus, GivenMaterial, OrganiserLink, SignUpStatus
from evenings.partner_pages.views import SENDINGS_AN_HOUR
from evenings.partners.links import LASTS, make_link
from office.core import clock
from office.models import PartnerOrganisation, Role
from tests.bookings.desk_cast import signed_in
from tests.evenings.factories import EveningFactory, SignUpFactory
from tests.evenings.staff_pages.cast import DESK, EN, EveningUnit, evening_unit
from tests.factories import PartnerOrganisationFactory
from tests.spent import spend


@pytest.fixture
def house(db: None) -> EveningUnit:
    return evening_unit(Role.MANAGER)


@pytest.fixture
def partner(house: EveningUnit) -> PartnerOrganisation:
    made: PartnerOrganisation = PartnerOrganisationFactory(name_fi="Yhden vanhemman perheet")
    return made


def fields(house: EveningUnit, **other: object) -> dict[str, object]:
    sent = house.fields(place_fi="Kirjasto, Porvoo", **other)
    return {k: v for k, v in sent.items() if k not in ("service_point", "room", "professionals")}


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def test_proposed_changed_and_published(house: EveningUnit, partner: PartnerOrganisation) -> None:
    shown = text(house.client.post(f"{DESK}partners/{partner.pk}/make/", headers=EN, follow=True))
    link = OrganiserLink.objects.get()
    assert link.path in shown
    visitor = Client(headers=EN)

    assert "No evening yet." in text(visitor.get(link.path))
    assert visitor.post(f"{link.path}add/", fields(house)).status_code == 302
    evening = Evening.objects.get()
    assert (evening.status, evening.proposed_by) == (EveningStatus.PLANNED, partner)
    assert list(evening.organisers.all()) == [partner]
    assert "Proposed: check and publish" in house.page()
    assert "proposes an evening" in text(house.client.get("/office/", headers=EN))
    assert "Kirjasto" not in text(visitor.get("/evenings/"))

    own = f"{link.path}{evening.pk}/"
    assert "Kirjasto, Porvoo" in text(visitor.get(own))
    assert visitor.post(own, fields(house, capacity=7)).status_code == 302
    evening.refresh_from_db()
    assert evening.capacity == 7
    refused = visitor.post(own, {**fields(house), "place_fi": ""})
    assert refused.status_code == 422

    house.press(f"{evening.pk}/publish/", version=evening.version)
    SignUpFactory(evening=evening, people=3, first_name="Kuu", email="kuu@example.org")
    SignUpFactory(
        evening=evening, status=SignUpStatus.WAITING, in_line_since=clock.now(), first_name="Tuuli"
    )
    page = text(visitor.get(link.path))
    assert "3 of 7 places · 1 waits" in page
    assert not {"Kuu", "Tuuli", "kuu@example.org"} & set(page.split())
    assert visitor.post(own, fields(house, capacity=9)).status_code == 302
    evening.refresh_from_db()
    assert evening.capacity == 7


def test_who_holds_it_elsewhere_has_the_list_for_the_door_and_counts(
    house: EveningUnit, partner: PartnerOrganisation
) -> None:
    link, visitor = make_link(partner, user=house.desk.user), Client(headers=EN)
    evening = EveningFactory(capacity=9)
    evening.organisers.add(partner)
    SignUpFactory(evening=evening, people=2, number="123456", first_name="Kuu")
    SignUpFactory(evening=evening, number="654321", status=SignUpStatus.CANCELLED)
    base = f"{link.path}held/{evening.pk}/"

    assert "from the day before until the day after" in text(
        visitor.get(f"{base}door/", follow=True)
    )
    assert "List for the door" not in text(visitor.get(link.path))
    early = visitor.post(f"{base}count/", {"people": "5"}, follow=True)
    assert "the evening has not been" in text(early)
    with time_machine.travel(evening.starts_at + timedelta(minutes=30), tick=False):
        assert f"{base}door/" in text(visitor.get(link.path))
        door = text(visitor.get(f"{base}door/"))
        assert "123 456" in door
        assert "2 people have a place." in door
        assert not any(part in door for part in ("654 321", "Kuu"))
        assert "as a number" in text(visitor.post(f"{base}count/", {"people": "x"}, follow=True))
        assert "Noted." in text(visitor.post(f"{base}count/", {"people": "5"}, follow=True))
        # Others' evenings, and what is not public, are not theirs.
        others = EveningFactory(starts_at=evening.starts_at)
        planned = EveningFactory(
            starts_at=evening.starts_at, status=EveningStatus.PLANNED, proposed_by=partner
        )
        for foreign in (others, planned):
            assert visitor.get(f"{link.path}held/{foreign.pk}/door/").status_code == 404
            counted = visitor.post(f"{link.path}held/{foreign.pk}/count/", {"people": "5"})
            assert counted.status_code == 404
    evening.refresh_from_db()
    assert evening.came_people == 5
    assert "the partner, by their link" in house.page(f"{evening.pk}/")
    with time_machine.travel(evening.starts_at + timedelta(days=2), tick=False):
        assert visitor.get(f"{base}door/").status_code == 302


def test_a_link_sends_only_so_often(house: EveningUnit, partner: PartnerOrganisation) -> None:
    link, visitor = make_link(partner, user=house.desk.user), Client(headers=EN)
    evening = EveningFactory(capacity=9)
    evening.organisers.add(partner)
    base = f"{link.path}held/{evening.pk}/"
    read = {"title": "Vertaistuki", "text": "Ryhmä kokoontuu.", "url": ""}
    with time_machine.travel(evening.starts_at + timedelta(minutes=30), tick=False):
        spend("evening partner", link.pk, limit=SENDINGS_AN_HOUR, every=timedelta(hours=1))
        assert visitor.post(f"{link.path}add/", fields(house)).status_code == 422
        assert visitor.post(f"{base}read/", read).status_code == 422
        refused = visitor.post(f"{base}count/", {"people": "5"}, follow=True)
        assert "Too much was sent in an hour" in text(refused)
    assert Evening.objects.get().came_people is None
    assert not GivenMaterial.objects.exists()


def test_at_one_hour_others_hold_theirs_elsewhere_and_nobody_learns_of_them(
    house: EveningUnit, partner: PartnerOrganisation
) -> None:
    other: PartnerOrganisation = PartnerOrganisationFactory()
    mine, theirs = (make_link(one, user=house.desk.user).path for one in (partner, other))
    visitor, already = (
        Client(headers=EN),
        "There is already an evening of this kind at that time and place.",
    )

    assert visitor.post(f"{mine}add/", fields(house)).status_code == 302
    elsewhere = {**fields(house), "place_fi": "Seurakuntatalo, Loviisa"}
    assert visitor.post(f"{theirs}add/", elsewhere).status_code == 302
    # Even the same place tells nothing of what another has proposed; the unit sees both.
    assert visitor.post(f"{theirs}add/", fields(house)).status_code == 302
    assert already in text(visitor.post(f"{theirs}add/", fields(house)))
    staff = {**house.fields(service_point="", room=""), "place_fi": "Kirjasto, Porvoo"}
    assert already in text(house.client.post(f"{DESK}add/", staff, headers=EN))
    # What is public may be said.
    Evening.objects.filter(place_fi=elsewhere["place_fi"]).update(status=EveningStatus.PUBLISHED)
    assert already in text(visitor.post(f"{mine}add/", elsewhere))
    assert Evening.objects.count() == 3


def test_a_proposal_that_the_unit_prepares_is_the_units_to_change(
    house: EveningUnit, partner: PartnerOrganisation
) -> None:
    link, visitor = make_link(partner, user=house.desk.user), Client(headers=EN)
    visitor.post(f"{link.path}add/", fields(house))
    evening = Evening.objects.get()
    assert "Change the proposal" in text(visitor.get(link.path))
    sent = house.fields(version=evening.version, organisers=[partner.pk])
    assert house.client.post(f"{DESK}{evening.pk}/edit/", sent).status_code == 302

    assert "Change the proposal" not in text(visitor.get(link.path))
    answer = visitor.get(f"{link.path}{evening.pk}/", follow=True)
    assert "The unit looks after this evening now." in text(answer)


def test_link_opens_no_others_evening_and_ends(
    house: EveningUnit, partner: PartnerOrganisation
) -> None:
    link = make_link(partner, user=house.desk.user)
    other = PartnerOrganisationFactory()
    foreign = EveningFactory(status=EveningStatus.PLANNED, proposed_by=other)
    joint = EveningFactory(status=EveningStatus.PLANNED)
    joint.organisers.add(partner)
    visitor = Client(headers=EN)

    for evening in (foreign, joint):
        assert visitor.get(f"{link.path}{evening.pk}/").status_code == 404
    assert "No evening yet." in text(visitor.get(link.path))
    with time_machine.travel(clock.now() + LASTS + timedelta(minutes=1), tick=False):
        assert visitor.get(link.path).status_code == 404
    assert visitor.get(link.path).status_code == 200
    anew = make_link(partner, user=house.desk.user)
    assert visitor.get(link.path).status_code == 404
    house.press(f"partners/{partner.pk}/withdraw/")
    assert visitor.get(anew.path).status_code == 404
    assert house.client.get(f"{DESK}partners/{partner.pk}/link/").status_code == 404
    guide = signed_in(Role.GUIDE).client
    assert guide.post(f"{DESK}partners/{partner.pk}/make/").status_code == 403
