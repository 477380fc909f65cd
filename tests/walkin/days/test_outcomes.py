"""One vocabulary for numbers and booked visits, and the figures of the year from both."""

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
from walkin.actions.serving import reopen
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
        one = finish(place, maintenance, outcome="agreement")
        assert (one.agreements, one.agreement_made) == ({"maintenance": 1}, True)
        # Several are possible: nobody guesses.
        two = finish(place, custody, outcome="agreement")
        assert (two.agreements, two.agreement_made) == ({}, True)
        three = finish(
            place, custody, outcome="partly", agreements=["contact", "custody"], children="2"
        )
        assert three.agreements == {"contact": 2, "custody": 2}
        # The key of its own is an agreement like others.
        four = finish(place, outcome="parenthood")
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
        finish(place, service(agreements=["contact"]), outcome="agreement")
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
        assert came["everybody came"] == 1

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
