"""Three questions after the visit: each party once, tied to nobody, small numbers never shown."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.feedback.actions import give_feedback, may_answer
from bookings.feedback.report import quarter_reports
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import (
    Answer,
    Appointment,
    FeedbackCount,
    FeedbackGiven,
    FeedbackLevel,
    FeedbackQuestion,
    Party,
    Status,
    VisitOutcome,
)
from bookings.models.outcomes import Came, Outcome
from bookings.models.roles import PartyRole
from bookings.retention import requests as own_data
from office.models import Role, ServicePoint
from office.retention.purge import purge
from tests.bookings.desk_cast import signed_in
from tests.bookings.personal_cast import VISIT, Cast, cast
from tests.factories import ServicePointFactory, link_of

YES, PARTLY, NO = FeedbackLevel
SENT = {"heard": "yes", "even": "no", "again": "partly"}
ALL = dict.fromkeys(FeedbackQuestion, YES)
EN = {"Accept-Language": "en"}


@pytest.fixture
def people(db: None) -> Iterator[Cast]:
    """Travel to two hours after a held visit; its personal pages are open for fourteen days."""
    with time_machine.travel(VISIT - timedelta(days=7), tick=False) as traveller:
        made = cast()
        Party.objects.filter(appointment=made.appointment).update(
            language="en", answer=Answer.ACCEPTED
        )
        traveller.move_to(VISIT + timedelta(hours=2))
        Appointment.objects.filter(pk=made.appointment.pk).update(status=Status.DONE)
        made.appointment.refresh_from_db()
        made.asking = made.appointment.parties.get(pk=made.asking.pk)
        made.invited = made.appointment.parties.get(pk=made.invited.pk)
        yield made


def page_of(party: Party) -> str:
    return f"{link_of(party)}after/"


def counted() -> dict[tuple[str, str], int]:
    return {(row.question, row.level): row.count for row in FeedbackCount.objects.all()}


def test_each_party_answers_once_on_their_own_page(client: Client, people: Cast) -> None:
    for party in (people.asking, people.invited):
        assert f'href="{page_of(party)}"' in client.get(link_of(party)).content.decode()
        assert client.post(page_of(party), {**SENT, "again": ""}).status_code == 422
        assert client.post(page_of(party), {**SENT, "heard": "words"}).status_code == 422
        shown = client.get(page_of(party)).content.decode()
        assert "not kept with your name or your visit" in shown
        assert "<textarea" not in shown
        for _twice in range(2):
            assert client.post(page_of(party), SENT).url == link_of(party)
        assert f'href="{page_of(party)}"' not in client.get(link_of(party)).content.decode()
    assert counted() == {("heard", "yes"): 2, ("even", "no"): 2, ("again", "partly"): 2}


def test_nothing_joins_an_answer_to_a_party_a_visit_or_a_moment(people: Cast) -> None:
    assert {field.name for field in FeedbackCount._meta.get_fields()} == {
        "id",
        "month",
        "service_point",
        "question",
        "level",
        "count",
    }
    assert {field.name for field in FeedbackGiven._meta.get_fields()} == {"id", "party"}
    with CaptureQueriesContext(connection) as captured:
        give_feedback(people.asking.pk, ALL)
    # Neither the history nor the access log, nor what is announced to screens, tells of it.
    written = [
        query["sql"].split('"')[1]
        for query in captured
        if query["sql"].startswith(("INSERT", "UPDATE"))
    ]
    assert set(written) == {"bookings_feedbackcount", "bookings_feedbackgiven"}
    assert set(FeedbackCount.objects.values_list("month", "service_point")) == {
        (date(2026, 12, 1), people.point.pk)
    }


def test_only_after_a_held_visit_for_a_stated_time_and_who_has_come(
    client: Client, people: Cast
) -> None:
    assert may_answer(people.asking)
    people.invited.role = PartyRole.LAWYER
    assert not may_answer(people.invited)
    until = VISIT + timedelta(days=14)
    for status, answer, moment, is_open in (
        (Status.DONE, Answer.ACCEPTED, until - timedelta(minutes=1), True),
        (Status.DONE, Answer.ACCEPTED, until + timedelta(hours=3), False),
        (Status.DONE, Answer.DECLINED, VISIT + timedelta(hours=2), False),
        (Status.NO_SHOW, Answer.ACCEPTED, VISIT + timedelta(hours=2), False),
        (Status.CONFIRMED, Answer.ACCEPTED, VISIT + timedelta(hours=2), False),
    ):
        Appointment.objects.filter(pk=people.appointment.pk).update(status=status)
        Party.objects.filter(pk=people.invited.pk).update(answer=answer)
        party = Party.objects.select_related("appointment").get(pk=people.invited.pk)
        with time_machine.travel(moment):
            assert may_answer(party) is is_open
            if not is_open:
                with pytest.raises(NotPossibleError):
                    give_feedback(party.pk, ALL)
    assert not FeedbackCount.objects.exists()


def test_who_did_not_come_is_not_asked(client: Client, people: Cast) -> None:
    noted = VisitOutcome.objects.create(
        appointment=people.appointment,
        day=VISIT.date(),
        service=people.service,
        came=Came.SOME,
        outcome=Outcome.NOT_HELD,
        first_noted_at=VISIT,
        noted_at=VISIT,
    )
    noted.absent.add(people.invited)
    assert client.post(page_of(people.invited), SENT).url == link_of(people.invited)
    assert not FeedbackCount.objects.exists()
    assert may_answer(people.asking)


def test_strangers_and_invitations_answer_nothing(client: Client, people: Cast) -> None:
    for token in ("x" * 40, link_of(people.asking).split("/")[2][:-1]):
        assert client.get(f"/appointment/{token}/after/").status_code == 404
        assert client.post(f"/appointment/{token}/after/", SENT).status_code == 404
    assert not FeedbackCount.objects.exists()


def test_own_data_says_that_one_has_answered_and_the_counts_outlive_the_visit(
    people: Cast,
) -> None:
    assert "Three questions" not in own_data.as_text(people.asking)
    give_feedback(people.asking.pk, ALL)
    text = own_data.as_text(people.asking)
    assert "THREE QUESTIONS AFTER THE VISIT" in text
    with time_machine.travel(VISIT + timedelta(days=400)):
        purge()
    assert not FeedbackGiven.objects.exists()
    assert FeedbackCount.objects.count() == 3
    with time_machine.travel(VISIT + timedelta(days=3 * 366)):
        purge()
    assert not FeedbackCount.objects.exists()


def fill(month: date, point: ServicePoint | None, yes: int, partly: int, no: int) -> None:
    for question in FeedbackQuestion:
        for level, count in zip(FeedbackLevel, (yes, partly, no), strict=True):
            if count:
                FeedbackCount.objects.create(
                    month=month, service_point=point, question=question, level=level, count=count
                )


def test_the_report_has_whole_quarters_and_no_small_number(db: None, client: Client) -> None:
    near, far = ServicePointFactory(name_fi="Keskusta"), ServicePointFactory(name_fi="Saari")
    # Third quarter: rich at one point, poor at the other; second: four answers; fourth: goes on.
    fill(date(2026, 7, 1), near, 30, 6, 5)
    fill(date(2026, 9, 1), far, 7, 1, 4)
    fill(date(2026, 5, 1), near, 4, 0, 0)
    fill(date(2026, 11, 1), near, 20, 20, 20)
    reports = quarter_reports(date(2026, 12, 15))
    assert [report.answers for report in reports] == [53, None]
    heard = reports[0].questions[0]
    assert heard.whole is not None
    assert [bar.count for bar in heard.whole.bars] == [37, 7, 9]
    assert [[bar.count for bar in group.bars] for group in heard.points] == [[30, 11], [7, 5]]
    with time_machine.travel(date(2026, 12, 15)):
        shown = signed_in(Role.MANAGER).client.get("/office/feedback/", headers=EN)
        page = " ".join(shown.content.decode().split())
        assert "2026, quarter 3" in page
        assert "2026, quarter 4" not in page
        assert "Fewer than 5 have answered" in page
        for role in (Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.PARTNER):
            assert signed_in(role).client.get("/office/feedback/").status_code == 403
    with time_machine.travel(date(2027, 1, 1)):
        shown = signed_in(Role.MANAGER).client.get("/office/feedback/", headers=EN)
        assert "2026, quarter 4" in shown.content.decode()


def test_an_empty_report_says_so(db: None) -> None:
    page = signed_in(Role.MANAGER).client.get("/office/feedback/", headers=EN).content.decode()
    assert "No quarter with answers yet" in page
