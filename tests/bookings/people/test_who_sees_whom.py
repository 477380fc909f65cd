"""Who sees whom: every role is looked at by every reader, openly told and not."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from bookings.appointments import decisions, people
from bookings.models import Appointment, Party, PartyRole
from bookings.parties.records import Participation, PartyDetails
from bookings.retention.requests import as_text
from office.models import OutboxMessage
from office.models import Role as StaffRole
from tests.bookings.conftest import House
from tests.bookings.desk_cast import ONE, TWO, request_for, signed_in, url
from tests.factories import UserFactory, link_of

EN = {"Accept-Language": "en"}
NAME, NUMBER, ADDRESS = "Salme Sivullinen", "+358400000555", "salme@example.org"


@pytest.fixture
def visit(house: House) -> Appointment:
    """Make an agreed visit of two parents, one of whom asks a third person in."""
    appointment = request_for(house)
    decisions.confirm(appointment.pk, user=UserFactory())
    appointment.refresh_from_db()
    return appointment


def third(visit: Appointment, role: PartyRole, *, openly: bool) -> Party:
    """Add somebody in the role; a companion is the first parent's, and written to with their leave."""
    along = None if role.rules.is_invited else visit.parties.get(name=ONE.name)
    person = PartyDetails(name=NAME, phone=NUMBER, email=ADDRESS, email_is_safe=True)
    part = Participation(
        role, accompanies=along, is_notified=along is not None, is_told_openly=openly
    )
    people.add_person(visit.pk, person, part, user=UserFactory())
    return visit.parties.get(name=NAME)


def label(role: PartyRole) -> str:
    with override("en"):
        return str(role.label)


def page(party: Party) -> str:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client.get(link_of(party)).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("openly", [False, True])
@pytest.mark.parametrize("role", PartyRole.added())
def test_each_role_is_seen_by_each_reader_as_far_as_it_concerns_them(
    visit: Appointment, house: House, role: PartyRole, openly: bool
) -> None:
    before = OutboxMessage.objects.count()
    person = third(visit, role, openly=openly)
    one, two = visit.parties.get(name=ONE.name), visit.parties.get(name=TWO.name)

    # The parents: never a name or a contact; the role where it is open, or where it is their own.
    own = person.accompanies == one
    assert (label(role) in page(one)) is (openly or own)
    assert (label(role) in page(two)) is openly
    for html in (page(one), page(two), as_text(one), as_text(two)):
        assert not any(secret in html for secret in (NAME, NUMBER, ADDRESS))

    # The person: nothing of the parents, and not whose support or lawyer they are.
    html = page(person)
    for parent in (ONE, TWO):
        assert not any(secret in html for secret in (parent.name, parent.phone, parent.email))
        assert parent.name not in as_text(person)
    assert "Both parents" not in html or role.rules.is_side

    # The letter went to the person alone.
    written = list(OutboxMessage.objects.order_by("pk")[before:])
    assert {message.to for message in written} == {ADDRESS}

    # Staff: the secretary sees all; who meets them the name, the role and whose they are.
    desk = signed_in(StaffRole.SECRETARY).client
    card = desk.get(url(visit), headers=EN).content.decode()
    assert all(word in card for word in (NAME, ADDRESS, label(role)))
    house.professional.user = UserFactory(roles=[StaffRole.SUPERVISOR])
    house.professional.save()
    meeting = Client()
    meeting.force_login(house.professional.user)
    day = f"/my-day/?day={visit.starts_at:%Y-%m-%d}"
    html = meeting.get(day, headers=EN).content.decode().lower()
    assert label(role).lower() in html
    assert NAME.lower() in html
    assert (f"comes with {ONE.name}".lower() in html) is own
    assert ADDRESS not in html

    # The reception's list has names at most, for a role tells the matter.
    paper = desk.get(
        f"/desk/calendar/days/?day={visit.starts_at:%Y-%m-%d}&of=point-{house.point.pk}", headers=EN
    ).content.decode()
    assert label(role) not in paper
    # A colleague who does not meet them, and a stranger, see nothing of it.
    colleague = signed_in(StaffRole.SUPERVISOR).client
    assert NAME not in colleague.get(day, headers=EN).content.decode()
    for path in ("people/add/", f"parties/{person.pk}/leave/", "children/"):
        assert colleague.post(url(visit, path)).status_code == 403
        assert Client().post(url(visit, path)).status_code == 302


@pytest.mark.django_db
def test_while_a_name_is_missing_nobody_is_named_who_comes_along(
    visit: Appointment, house: House
) -> None:
    third(visit, PartyRole.SUPPORT, openly=False)
    Party.objects.filter(name=TWO.name).update(name="")
    house.professional.user = UserFactory(roles=[StaffRole.SUPERVISOR])
    house.professional.save()
    meeting = Client()
    meeting.force_login(house.professional.user)
    html = meeting.get(f"/my-day/?day={visit.starts_at:%Y-%m-%d}", headers=EN).content.decode()
    assert label(PartyRole.SUPPORT).capitalize() in html
    assert not any(name in html for name in (NAME, ONE.name))


@pytest.mark.django_db
def test_the_secretary_adds_and_corrects_on_the_page(visit: Appointment, house: House) -> None:
    desk = signed_in(StaffRole.SECRETARY).client
    add = url(visit, "people/add/")
    data = {"version": visit.version, "role": PartyRole.LAWYER, "language": "fi"}
    assert b'name="accompanies"' in desk.get(add).content
    # A lawyer of nobody is none; a young person has a name.
    assert desk.post(add, data).status_code == 422
    assert desk.post(add, {**data, "role": PartyRole.YOUNG}).status_code == 422
    one = visit.parties.get(name=ONE.name)
    assert desk.post(add, {**data, "accompanies": one.pk}).status_code == 302
    lawyer = visit.parties.get(role=PartyRole.LAWYER)
    assert (lawyer.accompanies, lawyer.name) == (one, "")
    visit.refresh_from_db()
    edit = url(visit, f"parties/{lawyer.pk}/")
    changed = {
        "version": visit.version,
        "role": PartyRole.SUPPORT,
        "accompanies": one.pk,
        "name": NAME,
        "email": ADDRESS,
        "safe": ["email"],
        "may_be_notified": "on",
        "language": "sv",
    }
    assert desk.post(edit, changed).status_code == 302
    lawyer.refresh_from_db()
    assert (lawyer.role, lawyer.name) == (PartyRole.SUPPORT, NAME)
    assert OutboxMessage.objects.filter(to=ADDRESS, kind="confirmed").exists()

    visit.refresh_from_db()
    children = url(visit, "children/")
    for wrong in ("Aino 4", "19", "1 " * 13):
        data = {"version": visit.version, "ages": wrong}
        assert desk.post(children, data).status_code == 422
    assert desk.post(children, {"version": visit.version, "ages": "7, 0 4"}).status_code == 302
    visit.refresh_from_db()
    assert (visit.children_ages, visit.children) == ([0, 4, 7], 3)
    assert "0, 4 and 7 years" in desk.get(url(visit), headers=EN).content.decode()
    assert "0, 4" not in page(visit.parties.get(name=TWO.name))
    assert "0, 4" in as_text(one)
    assert "0, 4" not in as_text(visit.parties.get(name=TWO.name))
