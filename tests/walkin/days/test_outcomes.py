"""One vocabulary for numbers and booked visits, and the figures of the year from both."""

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.utils.translation import override

from bookings.models import Outcome, VisitOutcome
from bookings.outcomes.actions import VisitResult, note_outcome
from bookings.outcomes.figures import csv_rows, outcomes_of_year
from office.core.spreadsheets import csv_text
from office.models import Role, Service
from tests.bookings.desk_cast import signed_in
from tests.factories import ProfessionalFactory, ServiceFactory, booked
from tests.walkin.cast import (
    RunningWalkIn,
    at,
    frozen_at,
    in_english,
    press,
    professional_client,
    running_walk_in,
    service,
)
from walkin.actions import serving
from walkin.actions.serving import ServingResult, reopen
from walkin.days import statistics
from walkin.models import Ticket, WalkInDay

pytestmark = pytest.mark.django_db


def staff(role: Role) -> Client:
    return in_english(signed_in(role).client)


def finish(place: RunningWalkIn, asked: Service | None = None, **fields: object) -> Ticket:
    """Serve somebody and finish as the queue's form does."""
    place.take(*[asked] if asked else [])
    ticket = place.serve()
    assert press(professional_client(place), ticket, "done", **fields) == []
    return Ticket.objects.get(pk=ticket.pk)


def test_one_press_knows_the_kind_and_ticks_tell_more() -> None:
    with frozen_at(9):
        place = running_walk_in()
        maintenance = service(agreements=["maintenance"])
        custody = service(agreements=["custody", "residence", "contact"])
        one = finish(place, maintenance, outcome="agreement", children="1")
        assert (one.agreements, one.agreement_made) == ({"maintenance": 1}, True)
        # Several are possible: nobody guesses.
        two = finish(place, custody, outcome="agreement")
        assert (two.agreements, two.agreement_made) == ({}, True)
        three = finish(
            place, custody, outcome="partly", agreements=["contact", "custody"], children="2"
        )
        assert three.agreements == {"contact": 2, "custody": 2}
        # The key of its own is an agreement like others.
        four = finish(place, outcome="parenthood", children="1")
        assert (four.outcome, four.agreements) == (Outcome.AGREEMENT, {"parenthood": 1})
        assert finish(place, outcome="not_agreed").agreements == {}

        figures = statistics.count(place.day)
        assert figures.agreement_kinds == {
            "maintenance": 1,
            "contact": 2,
            "custody": 2,
            "parenthood": 1,
        }
        reopen(four.pk, user=place.user)
        four.refresh_from_db()
        assert (four.agreements, four.agreement_made) == ({}, False)


def test_the_number_of_a_booked_visit_notes_its_outcome_and_counts_once() -> None:
    with frozen_at(9):
        place = running_walk_in()
        visit = booked(
            start=at(9),
            professionals=[ProfessionalFactory()],
            service=service(agreements=["maintenance"]),
        )
        place.take()
        ticket = place.serve()
        Ticket.objects.filter(pk=ticket.pk).update(visit=visit, other="booked")
        fields = {"outcome": "agreement", "agreements": ["maintenance"], "children": "3"}
        press(professional_client(place), ticket, "done", **fields)
        found = VisitOutcome.objects.get()
        assert (found.appointment, found.agreements) == (visit, {"maintenance": 3})
        (agreements, *_rest) = outcomes_of_year(found.day.year).tables
        assert agreements.sum.total == 3


def test_the_year_counts_both_and_only_whom_it_concerns_sees_it() -> None:
    with frozen_at(9):
        place = running_walk_in()
        told = {"one_did_not_come": "on", "next_step": "mediation"}
        finish(place, service(agreements=["contact"]), outcome="agreement", children="1", **told)
        finish(place, service(), outcome="agreement")
        visit = booked(start=at(8), professionals=[ProfessionalFactory()], minutes=120)
        further = ServiceFactory(name_en="Maintenance agreement")
        visit.also.add(further)
        result = VisitResult(Outcome.AGREEMENT, {"contact": 2, "custody": 1})
        note_outcome(visit.pk, result, user=place.user)
        held = booked(start=at(9), professionals=[ProfessionalFactory()])
        held.status = "done"
        held.save()
        year = place.day.date.year

        with override("en"):
            found = outcomes_of_year(year)
            rows = {row.name: (row.booked, row.walk_in) for row in found.tables[0].rows}
            file = csv_text(csv_rows(found))
        assert rows["right of access"] == (2, 1)
        assert rows["custody"] == (1, 0)
        assert rows["kind not noted"] == (0, 1)
        assert found.tables[0].sum.total == 5
        assert found.unmarked == 1
        assert "right of access;2;1;3\r\n" in file
        ended = {row.name: row.total for row in found.tables[2].rows}
        assert (ended["agreement confirmed"], ended["not held"]) == (3, 0)
        # All its matters, and neither before it is held nor of those that were not noted.
        about = {row.name: (row.booked, row.walk_in) for row in found.tables[5].rows}
        with override("en"):
            names = {str(one.name) for one in (visit.service, further)}
        assert {name: about[name] for name in names} == dict.fromkeys(names, (1, 0))
        assert sum(walk_in for _booked, walk_in in about.values()) == 2
        came = {row.name: row.total for row in found.tables[3].rows}
        assert (came["everybody came"], came["one did not come"]) == (2, 1)
        after = {row.name: (row.booked, row.walk_in) for row in found.tables[4].rows}
        assert after["mediation"] == (0, 1)

        path = "/desk/outcomes/"
        for role, status in (
            (Role.SECRETARY, 200),
            (Role.MANAGER, 200),
            (Role.SUPERVISOR, 403),
            (Role.PARTNER, 403),
        ):
            assert staff(role).get(path).status_code == status, role
        manager = staff(Role.MANAGER)
        assert "right of access" in manager.get(path).content.decode().lower()
        assert "No outcome has been noted" in manager.get(f"{path}?year=2020").content.decode()
        response = manager.get(f"{path}?year={year}&format=csv")
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        # No number of a year that is none breaks the page.
        for text in ("0", "99999", "x", "9999"):
            assert manager.get(f"{path}?year={text}").status_code == 200


def test_former_outcomes_are_brought_into_the_vocabulary() -> None:
    with frozen_at(9):
        place = running_walk_in()
        ticket = finish(place, outcome="other")
        Ticket.objects.filter(pk=ticket.pk).update(outcome="parenthood")
        WalkInDay.objects.update(
            figures={"outcomes": {"parenthood": 2, "agreement": 1}, "agreements": 1}
        )
        module = import_module("walkin.migrations.0016_former_outcomes")
        module.into_agreements(apps, None)
        ticket.refresh_from_db()
        assert (ticket.outcome, ticket.agreements) == ("agreement", {"parenthood": 1})
        assert ticket.agreement_made
        assert WalkInDay.objects.get().figures == {
            "outcomes": {"agreement": 3},
            "agreements": 3,
            "agreement_kinds": {"parenthood": 2},
        }


def test_the_number_of_children_is_asked_for_and_never_guessed() -> None:
    with frozen_at(9):
        place = running_walk_in()
        client = professional_client(place)
        place.take(service(agreements=["maintenance"]))
        ticket = place.serve()
        path = f"/queue/numbers/{ticket.pk}/"
        told = {"version": ticket.version, "links_given": "on", "next_step": "court"}
        kinds = ["custody", "contact"]
        for do, sent in (
            ("done", {"outcome": "agreement"}),
            ("done", {"outcome": "parenthood"}),
            ("done", {"outcome": "partly", "agreements": kinds}),
            ("book", {"agreements": kinds}),
        ):
            asked = client.post(f"{path}{do}/", {**told, **sent}).content.decode()
            assert "for how many children was it agreed?" in asked
            assert all(f'data-key="{n}"' in asked for n in range(1, 7))
            form = asked.split('<form class="do"')[1].split("</form>")[0]
            hidden = re.findall(r'type="hidden" name="(?!csrf)(.*?)" value="(.*?)"', form)
            ticket.refresh_from_db()
            assert (ticket.state, ticket.agreements) == ("serving", {})
        again = [*hidden, ("children", "2")]
        sent = {name: [v for key, v in again if key == name] for name, _value in again}
        assert client.post(f"{path}book/", sent)["Location"].startswith("/desk/book/")
        ticket.refresh_from_db()
        assert ticket.agreements == {"custody": 2, "contact": 2}
        assert (ticket.next_step, ticket.links_given) == ("court", True)
        page = client.get("/queue/").content.decode()
        assert 'name="children" min="1" max="20" value="2"' in page
        words = press(client, ticket, "done", outcome="agreement", children="21")
        assert words == ["Write the number of children, from 1 to 20."]

        # Corrected: what was noted by kind stays, and a new kind asks for its number.
        Ticket.objects.filter(pk=ticket.pk).update(agreements={"custody": 1, "contact": 3})
        ticket.refresh_from_db()
        serving.done(
            ticket.pk,
            ServingResult(Outcome.PARTLY, agreements={"custody": 1, "contact": 3}),
            user=place.user,
        )
        ticket.refresh_from_db()
        assert ticket.service is not None
        wish = {"matter": ticket.service.slug, "language": "sv", "meeting": "alone"}
        press(client, ticket, "correct", **wish, outcome="partly", agreements=kinds)
        ticket.refresh_from_db()
        assert (ticket.language, ticket.agreements) == ("sv", {"custody": 1, "contact": 3})
        more = {**wish, "outcome": "partly", "agreements": [*kinds, "residence"]}
        refused = client.post(f"{path}correct/", {"version": ticket.version, **more})
        assert refused.status_code == 422
        assert "Choose for how many children it was agreed." in refused.content.decode()


def test_a_visit_is_finished_with_five_presses_at_most() -> None:
    """One did not come, one kind, what comes next, how it ended, for how many children."""
    with frozen_at(9):
        place = running_walk_in()
        client = professional_client(place)
        place.take(service(agreements=["maintenance"]))
        place.serve()
        place.take()
        page = client.get("/queue/").content.decode()
        keys = re.findall(r'data-key="([^"]*)"', page)
        for key in "wmk29":
            assert keys.count(key) == 1, key
        assert not [key for key in "drcmfzvakswyi123456789" if keys.count(key) != 1]
