"""The partner's page behind the link, and the secretary's pages about partners: who may, who may not."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.appointments import decisions
from bookings.models import PairInvitation
from bookings.partners import invitations
from office.models import Absence, Professional, Role
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, TWO, request_for, signed_in, url
from tests.bookings.pair_cast import Pair, a_pair, partner_of
from tests.bookings.personal_cast import nothing_written, text
from tests.factories import PartnerOrganisationFactory, busy, link_of

pytestmark = pytest.mark.django_db
State = PairInvitation.State


@pytest.fixture
def pair(house: House) -> Pair:
    pair = a_pair(house)
    pair.ask()
    return pair


def test_opening_the_link_changes_nothing(pair: Pair, client: Client) -> None:
    with nothing_written():
        text(client, pair.link)
        client.head(pair.link)
    assert client.get(f"{pair.link}answer/").status_code == 405
    assert pair.invitation.state == State.ASKED


def test_the_page_shows_what_a_colleague_needs_and_no_more(pair: Pair, client: Client) -> None:
    page = text(client, pair.link)
    house = pair.house
    for shown in (
        "Elatussopimus",
        house.professional.name,
        house.room.name,
        house.point.address,
        pair.appointment.reference,
        "9.00–10.00",
        "Kaisa Lumme",
    ):
        assert shown in page
    for hidden in (ONE.name, TWO.name, ONE.email, "Vain sihteerille"):
        assert hidden not in page
    response = client.get(pair.link)
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"].startswith("noindex")


def test_accepting_and_declining(pair: Pair, client: Client) -> None:
    asked = pair.invitation.asked_times
    for said, state in (("yes", State.ACCEPTED), ("no", State.DECLINED), ("yes", State.ACCEPTED)):
        response = client.post(f"{pair.link}answer/", {"answer": said, "asked": asked})
        assert response["Location"] == pair.link
        assert pair.invitation.state == state
    assert client.get(f"{pair.link}calendar.ics").status_code == 200


def test_who_declines_says_when_they_could_come(pair: Pair, client: Client) -> None:
    """Read by the secretary; of another time it says nothing any more."""
    asked, words = pair.invitation.asked_times, "Keskiviikkoisin klo 12 jälkeen"
    sent = {"answer": "no", "asked": asked, "could_come": words}
    client.post(f"{pair.link}answer/", sent)
    assert (pair.invitation.state, pair.invitation.could_come) == (State.DECLINED, words)
    assert words in client.get(pair.link).content.decode()
    desk = signed_in(Role.SECRETARY)
    for page in (url(pair.appointment), "/desk/work/"):
        assert words in desk.client.get(page).content.decode()

    client.post(f"{pair.link}answer/", {"answer": "yes", "asked": asked, "could_come": words})

    assert (pair.invitation.state, pair.invitation.could_come) == (State.ACCEPTED, "")


@pytest.mark.parametrize("words", ["x" * 201, "131052-308T"])
def test_too_much_or_an_identity_code_is_refused(pair: Pair, client: Client, words: str) -> None:
    sent = {"answer": "no", "asked": pair.invitation.asked_times, "could_come": words}
    assert client.post(f"{pair.link}answer/", sent).status_code == 422
    assert pair.invitation.state == State.ASKED


@pytest.mark.parametrize(
    "data",
    [{}, {"answer": "yes"}, {"answer": "maybe", "asked": "1"}, {"answer": "yes", "asked": "²"}],
)
def test_odd_answers_are_none(pair: Pair, client: Client, data: dict[str, str]) -> None:
    assert client.post(f"{pair.link}answer/", data).status_code == 302
    assert pair.invitation.state == State.ASKED


def test_an_answer_to_an_earlier_asking_is_said_to_be_late(pair: Pair, client: Client) -> None:
    invitations.ask_again(pair.appointment.pk, pair.partner.pk, user=pair.desk.user)
    client.post(f"{pair.link}answer/", {"answer": "yes", "asked": 1})
    assert pair.invitation.state == State.ASKED
    assert "notice--wait" in text(client, pair.link)


def test_unknown_and_other_links_open_nothing(pair: Pair, client: Client) -> None:
    party = pair.appointment.parties.first()
    assert party is not None
    foreign = link_of(party).replace("/appointment/", "/pair/")
    for link in ("/pair/unknown-token-of-somebody/", foreign):
        assert client.get(link).status_code == 404
        assert client.post(f"{link}answer/", {"answer": "yes", "asked": 1}).status_code == 404
        assert client.get(f"{link}calendar.ics").status_code == 404
    assert client.get(f"{pair.link}calendar.ics").status_code == 404


def test_a_withdrawn_invitation_says_so_and_shows_no_matter(pair: Pair, client: Client) -> None:
    link = pair.link
    invitations.go_without(pair.appointment.pk, pair.partner.pk, user=pair.desk.user)
    page = text(client, link)
    assert "<s>" in page
    assert "Elatussopimus" not in page
    assert "answer/" not in page


# The secretary's side.


def pages(pair: Pair) -> tuple[list[str], list[str]]:
    appointment, partner = pair.appointment, pair.partner
    get = [
        url(appointment, "partner/"),
        "/desk/partners/",
        f"/desk/partners/{partner.pk}/busy/",
    ]
    post = [
        url(appointment, "partner/"),
        *(
            url(appointment, f"partner/{partner.pk}/{do}/")
            for do in ("again", "without", "accepted", "declined")
        ),
        f"/desk/partners/{partner.pk}/busy/",
        "/desk/partners/busy/1/remove/",
    ]
    return get, post


def test_the_secretary_opens_them(pair: Pair) -> None:
    get, _post = pages(pair)
    assert [pair.desk.client.get(page).status_code for page in get] == [200, 200, 200]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.MANAGER, Role.PARTNER])
def test_colleagues_of_other_roles_do_not(pair: Pair, role: Role) -> None:
    get, post = pages(pair)
    client = signed_in(role).client
    assert {client.get(page).status_code for page in get} == {403}
    assert {client.post(page).status_code for page in post} == {403}


def test_strangers_are_asked_to_sign_in(pair: Pair, client: Client) -> None:
    get, post = pages(pair)
    for page in get:
        assert client.get(page)["Location"] == f"/accounts/login/?next={page}"
    for page in post:
        assert client.post(page)["Location"].startswith("/accounts/login/")


def test_changes_are_posted(pair: Pair) -> None:
    for do in ("again", "without", "accepted", "declined"):
        path = url(pair.appointment, f"partner/{pair.partner.pk}/{do}/")
        assert pair.desk.client.get(path).status_code == 405
    odd = url(pair.appointment, f"partner/{pair.partner.pk}/odd/")
    assert pair.desk.client.post(odd).status_code == 404


def test_choosing_organisation_then_person(house: House) -> None:
    pair = a_pair(house)
    client = pair.desk.client
    organisation = pair.partner.organisation
    assert organisation is not None
    other = PartnerOrganisationFactory(name_fi="Lastensuojelu")
    first = text(client, url(pair.appointment, "partner/"))
    assert "Kaisa Lumme" not in first
    assert "Lastensuojelu" in first
    page = text(client, url(pair.appointment, f"partner/?organisation={organisation.pk}"))
    assert "Kaisa Lumme" in page
    assert "Kaisa Lumme" not in text(
        client, url(pair.appointment, f"partner/?organisation={other.pk}")
    )

    response = client.post(
        url(pair.appointment, "partner/"),
        {"professional": pair.partner.pk, "version": pair.appointment.version},
    )

    assert response["Location"] == url(pair.appointment)
    assert pair.invitation.state == State.ASKED
    assert [m.to for m in pair.mail()] == ["kaisa@example.org"]


def test_somebody_new_is_typed_in_once(house: House) -> None:
    pair = a_pair(house)
    organisation = pair.partner.organisation
    assert organisation is not None
    data = {
        "professional": "new",
        "organisation": organisation.pk,
        "name": "Uusi Kollega",
        "title": "sosiaalityöntekijä",
        "email": "uusi@example.org",
        "language": "sv",
        "version": pair.appointment.version,
    }
    path = url(pair.appointment, "partner/")

    assert pair.desk.client.post(path, data).status_code == 302

    new = Professional.objects.get(name="Uusi Kollega")
    assert (new.organisation, new.user, new.languages) == (organisation, None, ["sv"])
    assert [(m.to, m.language) for m in pair.mail()] == [("uusi@example.org", "sv")]
    # By the same address it is the same person, at the next visit too.
    second = request_for(house, 11)
    data |= {"version": second.version, "email": "UUSI@example.org"}
    pair.desk.client.post(url(second, "partner/"), data)
    assert Professional.objects.filter(organisation=organisation).count() == 2
    assert second.staff.filter(professional=new).exists()


def test_what_is_missing_is_said_and_nothing_done(house: House) -> None:
    pair = a_pair(house)
    path = url(pair.appointment, "partner/")
    organisation = pair.partner.organisation
    assert organisation is not None
    client = pair.desk.client
    new = {"professional": "new", "organisation": organisation.pk}
    for data in (
        {},
        {"professional": "999999"},
        {"professional": "x"},
        {"professional": str(house.professional.pk)},
        new,
        {**new, "name": "Uusi 131052-308T", "title": "x", "language": "fi"},
        {**new, "organisation": ""},
    ):
        assert client.post(path, data).status_code == 422, data
    assert Professional.objects.partners().count() == 1
    assert not PairInvitation.objects.exists()


def test_who_is_busy_is_shown_so_and_refused(house: House) -> None:
    pair = a_pair(house)
    busy(pair.partner, at(9, 30), 60)
    organisation = pair.partner.organisation
    assert organisation is not None
    page = text(pair.desk.client, url(pair.appointment, f"partner/?organisation={organisation.pk}"))
    assert f'value="{pair.partner.pk}"' not in page
    data = {"professional": pair.partner.pk, "version": pair.appointment.version}
    assert pair.desk.client.post(url(pair.appointment, "partner/"), data).status_code == 409
    assert not PairInvitation.objects.exists()


def test_two_secretaries_the_later_is_told(house: House) -> None:
    pair = a_pair(house)
    data = {"professional": pair.partner.pk, "version": pair.appointment.version - 1}
    pair.desk.client.post(url(pair.appointment, "partner/"), data)
    assert not PairInvitation.objects.exists()


def test_answers_by_phone_asking_again_going_on(pair: Pair) -> None:
    def press(do: str) -> str:
        pair.appointment.refresh_from_db()
        pair.desk.client.post(
            url(pair.appointment, f"partner/{pair.partner.pk}/{do}/"),
            {"version": pair.appointment.version},
        )
        return pair.invitation.state

    assert [press(do) for do in ("accepted", "declined", "again", "without")] == [
        State.ACCEPTED,
        State.DECLINED,
        State.ASKED,
        State.WITHDRAWN,
    ]
    assert not pair.appointment.staff.filter(professional=pair.partner).exists()
    events = pair.appointment.events.filter(what__startswith="pair_").order_by("pk")
    assert {event.user for event in events} == {pair.desk.user}


def test_a_declined_one_is_on_the_work_list_and_the_card_says_so(pair: Pair) -> None:
    pair.answer(accepts=False)
    page = text(pair.desk.client, f"/desk/?at=partners.{pair.appointment.reference}")
    assert f"partners.{pair.appointment.reference}" in page
    for do in ("again", "without", "accepted"):
        assert f"partner/{pair.partner.pk}/{do}/" in page
    assert f"?instead_of={pair.partner.pk}" in page


def test_my_day_says_whether_the_partner_comes(pair: Pair) -> None:
    colleague = signed_in(Role.SUPERVISOR)
    professional = pair.house.professional
    professional.user = colleague.user
    professional.save()
    path = "/my-day/?day=2026-11-25"
    seen = []
    for accepts in (None, True, False):
        if accepts is not None:
            pair.answer(accepts=accepts)
        page = text(colleague.client, path)
        seen.append([css for css in ("tag--good", "tag--bad", "tag--wait") if css in page])
        assert "Kaisa Lumme" in page
    assert seen == [["tag--wait"], ["tag--good"], ["tag--bad"]]


def test_busy_times_are_kept_shown_and_taken_away(house: House) -> None:
    pair = a_pair(house)
    client = pair.desk.client
    path = f"/desk/partners/{pair.partner.pk}/busy/"
    assert client.post(path, {"day": "2026-11-26", "starts": "9", "ends": "8"}).status_code == 422
    response = client.post(path, {"day": "2026-11-26", "starts": "9.00", "ends": "12:00"})
    assert response["Location"] == "/desk/partners/"
    absence = Absence.objects.get()
    assert (absence.reason, absence.during.lower) == ("other", at(9, day=26))
    assert [o.during.upper for o in pair.busy()] == [at(12, day=26)]
    assert "9.00–12.00" in text(client, "/desk/partners/")

    client.post(f"/desk/partners/busy/{absence.pk}/remove/")

    assert not pair.busy().exists()


def test_marking_busy_shows_the_bookings_that_it_hits_first(pair: Pair) -> None:
    path = f"/desk/partners/{pair.partner.pk}/busy/"
    data = {"day": "2026-11-25", "starts": "8", "ends": "12"}
    response = pair.desk.client.post(path, data)
    assert response.status_code == 409
    assert pair.appointment.reference in response.content.decode()
    assert not Absence.objects.exists()

    pair.desk.client.post(path, {**data, "seen": response.context["seen"]})

    assert Absence.objects.exists()
    pair.appointment.refresh_from_db()
    assert pair.appointment.claim is not None
    assert pair.appointment.claim.orphaned_at is not None


def test_one_of_our_own_has_no_page_among_the_partners(pair: Pair) -> None:
    own = pair.house.professional.pk
    assert pair.desk.client.get(f"/desk/partners/{own}/busy/").status_code == 404
    path = url(pair.appointment, f"partner/{own}/without/")
    assert pair.desk.client.post(path).status_code == 404


def counted(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_the_number_of_queries_does_not_grow(pair: Pair) -> None:
    organisation = pair.partner.organisation
    assert organisation is not None
    paths = [
        "/desk/partners/",
        url(pair.appointment, f"partner/?organisation={organisation.pk}"),
        "/desk/work/",
    ]
    pair.answer(accepts=False)
    before = [counted(pair.desk.client, path) for path in paths]
    for hour in (10, 11):
        another = partner_of(
            f"Toinen {hour}", organisation=organisation, email=f"{hour}@example.org"
        )
        request = request_for(pair.house, hour)
        decisions.confirm(request.pk, user=pair.desk.user)
        invitations.ask(request.pk, another, user=pair.desk.user)
        invitations.answer(PairInvitation.objects.get(appointment=request).pk, accepts=False)
    assert [counted(pair.desk.client, path) for path in paths] == before
