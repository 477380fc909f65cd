"""Hand-over with the other agencies in the building: to them, from them, and back in one's place."""

from typing import Any

import pytest
from django.test import Client

from office.models import Role
from tests.bookings.desk_cast import signed_in
from tests.factories import UnitFactory
from tests.walkin.cast import (
    RunningWalkIn,
    frozen_at,
    in_english,
    later,
    press,
    professional_client,
    running_walk_in,
)
from walkin.actions import agencies
from walkin.actions.take_number import ticket_path
from walkin.days.lifecycle import close_intake, end_day
from walkin.models import AgencyLink, Destination, Ticket
from walkin.tickets.hand_over_code import hand_over_code

pytestmark = pytest.mark.django_db
SENT = {"matter": "advice", "language": "sv", "meeting": "alone"}


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def place() -> RunningWalkIn:
    with frozen_at(9):
        UnitFactory()
        return running_walk_in(visit_minutes=20)


def agency(place: RunningWalkIn, name: str = "Kela") -> Destination:
    return Destination.objects.create(
        service_point=place.point,
        name_en=name,
        name_fi=name,
        where_en="1st floor",
        hours_en="Mon–Fri 9–16",
        for_whom_en="Benefits",
    )


def linked(place: RunningWalkIn, name: str = "Kela") -> tuple[Destination, str]:
    kela = agency(place, name)
    return kela, agencies.make_link(kela, place.day.pk, user=place.user).path


def test_kela_sends_a_person_to_the_guide_and_back_again(place: RunningWalkIn) -> None:
    with frozen_at(9):
        kela, path = linked(place)
        guide = professional_client(place, role=Role.GUIDE)
        desk = in_english(Client())
        place.take()

        # From Kela to the guide: a number to take along, in the person's language.
        given = desk.post(f"{path}number/", SENT, follow=True)
        ticket = Ticket.objects.get(number=2)
        assert "Ditt nummer" in text(given)
        for words in ("1 nummer före dig", "Walk-in är öppen i dag kl. 8.00–12.00"):
            assert words in text(given), words
        assert (ticket.source, ticket.sent_by, ticket.language) == ("agency", kela, "sv")
        assert ticket.events.get().by == "agency"
        assert "Kela" in text(guide.get("/queue/"))

        # From the guide to Kela: where, when it is open, and what to show there.
        first = place.came(place.next())
        form = text(guide.get(f"/queue/numbers/{first.pk}/"))
        assert "1st floor · Mon–Fri 9–16 <br>Benefits" in form
        first.refresh_from_db()
        version = {"version": first.version, "destination": kela.pk}
        after = guide.post(f"/queue/numbers/{first.pk}/send-on/", version, follow=True)
        assert f'href="/queue/numbers/{first.pk}/word/" data-key="p"' in text(after)
        first.refresh_from_db()
        code = hand_over_code(first)
        own = text(in_english(Client()).get(ticket_path(first)))
        slip = text(guide.get(f"/queue/numbers/{first.pk}/word/"))
        assert "Mon–Fri 9–16" in own
        assert all("Benefits" in shown for shown in (own, slip))
        for page in (own, slip):
            assert code in page
        listed = text(desk.get(path))
        assert code in listed
        assert "I do not know" not in listed.split('id="sent"')[1].split("<h2>")[0]

        # Answers, seen by the guide; then back: in the place of the number, before who came later.
        desk.post(f"{path}{first.pk}/came/")
        assert "came there" in text(guide.get(f"/queue/numbers/{first.pk}/"))
        desk.post(f"{path}{first.pk}/not_there/")
        first.refresh_from_db()
        assert (first.state, first.agency_answer) == ("sent_on", "not_there")
        desk.post(f"{path}{first.pk}/back/")
        first.refresh_from_db()
        assert (first.state, first.agency_answer) == ("waiting", "")
        assert place.next() == first
        assert "Nobody has been sent to you today" in text(desk.get(path))
        # A page that is older than that changes nothing.
        answer = desk.post(f"{path}{first.pk}/came/", follow=True)
        assert "This number is not with you any more." in text(answer)
        assert desk.post(f"{path}{first.pk}/made-up/").status_code == 404
        first.refresh_from_db()
        assert first.state == "called"


def test_a_link_opens_its_own_agency_and_day_until_it_is_withdrawn(place: RunningWalkIn) -> None:
    with frozen_at(9):
        kela, path = linked(place)
        infotori, other = linked(place, "Infotori")
        guide, desk = professional_client(place), in_english(Client())
        ticket = place.came(place.next()) if place.take() else None
        assert ticket is not None
        press(guide, ticket, "send-on", destination=kela.pk)
        # Another agency neither sees nor answers.
        assert hand_over_code(ticket) not in text(desk.get(other))
        desk.post(f"{other}{ticket.pk}/came/")
        ticket.refresh_from_db()
        assert ticket.agency_answer == ""
        # One link a day; a new one after it was withdrawn, and the old one opens nothing.
        make = f"/queue/agencies/{kela.pk}/link/"
        guide.post(make)
        assert AgencyLink.objects.filter(destination=kela).count() == 1
        listed = text(guide.get(f"/queue/points/{place.point.pk}/agencies/"))
        assert path in listed
        link = AgencyLink.objects.get(destination=kela)
        for role in (Role.MANAGER, Role.PARTNER):
            stranger = signed_in(role).client
            assert stranger.post(f"/queue/agencies/links/{link.pk}/withdraw/").status_code == 403
            assert stranger.post(make).status_code == 403
        guide.post(f"/queue/agencies/links/{link.pk}/withdraw/")
        guide.post(make)
        for address in (path, f"{path}word/x/"):
            assert desk.get(address).status_code == 404
        for address in (f"{path}number/", f"{path}{ticket.pk}/came/"):
            assert desk.post(address, SENT).status_code == 404
        again = AgencyLink.objects.get(destination=kela, withdrawn_at=None).path
        assert desk.get(again).status_code == 200
        # A slip shows only numbers of this agency, for a moment.
        slip = desk.post(f"{again}number/", SENT).headers["Location"]
        key = slip.strip("/").split("/")[-1]
        assert desk.get(f"{other}word/{key}/").status_code == 302
        with later(5):
            assert desk.get(slip).status_code == 302
        # Taken out of use, or the day is over: it opens nothing.
        Destination.objects.filter(pk=infotori.pk).update(is_active=False)
        assert desk.get(other).status_code == 404
        end_day(place.day.pk, anyway=True)
        gone = desk.get(again)
        assert gone.status_code == 404
        assert "This page is no longer open" in text(gone)
        # An open page that asks anew gets a last word in place of all that it had, and asks no more.
        last = desk.get(again, headers={"HX-Request": "true"})
        assert (last.status_code, last["HX-Retarget"], last["HX-Reswap"]) == (
            410,
            "#agency",
            "outerHTML",
        )
        assert "data-live" not in text(last)
        assert "This page is no longer open" in text(last)
        assert not AgencyLink.objects.filter(withdrawn_at=None).exists()


def test_an_agency_gives_numbers_as_the_walk_in_does_and_not_without_end(
    place: RunningWalkIn,
) -> None:
    with frozen_at(9):
        _kela, path = linked(place)
        desk = in_english(Client())
        # Nothing is chosen beforehand.
        assert text(desk.get(path)).count('<option value="" selected>Choose') == 2
        assert desk.post(f"{path}number/", {**SENT, "matter": "booked"}).status_code == 422
        for _number in range(agencies.NUMBERS_AN_HOUR):
            assert "/word/" in desk.post(f"{path}number/", SENT).headers["Location"]
        assert "Too many numbers in an hour" in text(desk.post(f"{path}number/", SENT, follow=True))
        assert Ticket.objects.count() == agencies.NUMBERS_AN_HOUR
    with frozen_at(10, 30):
        close_intake(place.day.pk)
        page = text(desk.post(f"{path}number/", SENT, follow=True))
        assert "No more numbers are given today" in page


def test_the_public_page_says_what_a_walk_in_is_and_who_else_is_there(place: RunningWalkIn) -> None:
    with frozen_at(9):
        agency(place)
        running_walk_in(visit_minutes=30)
        manager = in_english(signed_in(Role.MANAGER).client)
        form = manager.get(f"/office/walk-in/points/{place.point.pk}/rules/")
        rules = {
            name: value
            for name, value in form.context["form"].initial.items()
            if value is not None and value is not False
        }
        rules["call_gap_seconds"] = 10
        rules |= {"about_fi": "Ohjaajat neuvovat.", "about_en": "Guides give advice."}
        saved = manager.post(f"/office/walk-in/points/{place.point.pk}/rules/", rules)
        assert saved.status_code == 302, saved.context["form"].errors
        page = text(in_english(Client()).get("/walk-in/"))
        for words in (
            "Guides give advice.",
            "A visit takes about 20 minutes.",
            "A visit takes about 20–30 minutes.",
            "<strong>Kela</strong>: 1st floor, Mon–Fri 9–16",
            "Benefits",
        ):
            assert words in page, words
