"""After an evening: a number of those who came, something to read, three questions, figures."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from evenings.afterwards.report import quarter_reports
from evenings.models import (
    Evening,
    EveningFeedbackCount,
    EveningFeedbackGiven,
    EveningMaterial,
    SignUp,
    SignUpStatus,
)
from evenings.sign_ups.actions import own_path
from office.core import clock
from office.models import Role
from tests.bookings.desk_cast import signed_in
from tests.evenings.factories import EveningFactory, SignUpFactory
from tests.evenings.staff_pages.cast import DESK, EN, EveningUnit, evening_unit

ANSWERS = {"useful": "yes", "easy": "partly", "tell": "no"}


@pytest.fixture
def house(db: None) -> EveningUnit:
    return evening_unit()


@pytest.fixture
def held(house: EveningUnit) -> Evening:
    """Make an evening held yesterday: five people of two sign-ups had a place."""
    starts_at = clock.now() - timedelta(days=1)
    evening: Evening = EveningFactory(kind=house.kind, starts_at=starts_at, capacity=9)
    SignUpFactory(evening=evening, people=3, email="kuu@example.org")
    SignUpFactory(evening=evening, people=2)
    SignUpFactory(evening=evening, status=SignUpStatus.CANCELLED)
    return Evening.objects.get(pk=evening.pk)


def own(sign_up: SignUp) -> str:
    return " ".join(Client(headers=EN).get(own_path(sign_up)).content.decode().split())


def test_counted_and_read(house: EveningUnit, held: Evening) -> None:
    house.press(f"{held.pk}/count/", people="4", version=held.version)
    held.refresh_from_db()
    assert held.came_people == 4
    assert "as a number" in house.press(f"{held.pk}/count/", people="paljon", version=held.version)

    refused = house.client.post(f"{DESK}{held.pk}/materials/add/", {"title_fi": "Opas"}, headers=EN)
    assert "Write a text or give an address." in refused.content.decode()
    house.press(f"{held.pk}/materials/add/", title_fi="Opas", text_fi="Muistilista kotiin")
    comer = held.sign_ups.get(people=3)
    assert "Muistilista kotiin" in own(comer)
    assert "Muistilista" not in own(held.sign_ups.get(status=SignUpStatus.CANCELLED))

    material = EveningMaterial.objects.get()
    other = EveningFactory()
    assert house.client.post(f"{DESK}{other.pk}/materials/{material.pk}/remove/").status_code == 404
    house.press(f"{held.pk}/materials/{material.pk}/remove/")
    assert not EveningMaterial.objects.exists()


def test_three_questions_once_and_tied_to_nobody(house: EveningUnit, held: Evening) -> None:
    comer, gone = held.sign_ups.get(people=3), held.sign_ups.get(status=SignUpStatus.CANCELLED)
    visitor = Client(headers=EN)
    path = f"{own_path(comer)}feedback/"

    assert path in own(comer)
    assert visitor.post(path, {"useful": "yes"}).status_code == 422
    visitor.post(path, ANSWERS)
    visitor.post(path, ANSWERS)
    visitor.post(f"{own_path(gone)}feedback/", ANSWERS)

    rows = EveningFeedbackCount.objects.values_list("question", "level", "count", "month")
    month = clock.today().replace(day=1)
    assert set(rows) == {(q, level, 1, month) for q, level in ANSWERS.items()}
    assert EveningFeedbackGiven.objects.get().sign_up == comer
    assert path not in own(comer)
    coming = SignUpFactory()
    visitor.post(f"{own_path(coming)}feedback/", ANSWERS)
    assert EveningFeedbackGiven.objects.count() == 1


def test_small_numbers_are_never_shown(house: EveningUnit) -> None:
    month = date(2026, 2, 1)

    def counted(**levels: int) -> None:
        EveningFeedbackCount.objects.all().delete()
        for question in ANSWERS:
            for level, count in levels.items():
                EveningFeedbackCount.objects.create(
                    month=month, kind=house.kind, question=question, level=level, count=count
                )

    counted(yes=3, no=1)
    assert quarter_reports(date(2026, 5, 1))[0].answers is None
    counted(yes=12, partly=5, no=2)
    (report,) = quarter_reports(date(2026, 5, 1))
    whole = report.questions[0].whole
    assert report.answers == 19
    assert whole is not None
    assert [bar.count for bar in whole.bars] == [12, 7]
    # The quarter that goes on is not shown.
    assert quarter_reports(date(2026, 3, 31)) == []


def test_figures_are_the_managers_also_as_a_table(house: EveningUnit, held: Evening) -> None:
    assert house.client.get(f"{DESK}figures/").status_code == 403
    with time_machine.travel(held.ends_at + timedelta(hours=1), tick=False):
        manager = signed_in(Role.MANAGER).client
        house.kind.title_fi = house.kind.title_en = "=1+1"
        house.kind.save()
        sent = manager.get(f"{DESK}figures/?as=csv", headers=EN).content.decode("utf-8-sig")
        page = manager.get(f"{DESK}figures/", headers=EN)
    assert page.status_code == 200
    head, row = sent.strip().split("\r\n")
    assert head == "Day;Evening;Where;Places;Signed up;Waited;Came"
    assert row.split(";")[1] == "'=1+1"
    assert row.split(";")[3:] == ["9", "5", "0", "–"]
