"""Planning evenings at the staff's pages: series, publication, busy time."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from evenings.models import Evening, EveningEvent, EveningEventKind, EveningStatus
from evenings.planning.actions import Holders, plan_evenings
from evenings.planning.errors import AlreadyError, InTheWayError
from office.calendar.hours_handover import fingerprint
from office.calendar.occupancy import TimeTakenError, take
from office.models import Claim, ClaimKind, Occupancy, Role
from office.setup.absences import add_absence, hit_by_absence
from tests.bookings.desk_cast import signed_in
from tests.evenings.staff_pages.cast import DESK, EN, EveningUnit, evening_unit
from tests.factories import ProfessionalFactory, busy
from tests.walkin.test_races import together

WEEK = timedelta(weeks=1)


@pytest.fixture
def house(db: None) -> EveningUnit:
    return evening_unit()


def spans(*resources: int) -> list[tuple[int, object, object]]:
    rows = Occupancy.objects.filter(resource__in=resources).order_by("during", "resource")
    return [(row.resource_id, row.during.lower, row.during.upper) for row in rows]


def test_a_series_is_planned_at_once_and_takes_time(house: EveningUnit) -> None:
    days = [house.day, house.day + WEEK, house.day + 2 * WEEK]

    planned = house.plan(*days)

    assert [evening.status for evening in planned] == [EveningStatus.PLANNED] * 3
    expected = sorted(
        (evening.starts_at, who, evening.ends_at)
        for evening in planned
        for who in (house.holder.pk, house.room.pk)
    )
    taken = [(start, who, end) for who, start, end in spans(house.holder.pk, house.room.pk)]
    assert sorted(taken) == expected
    assert {claim.label for claim in Claim.objects.all()} == {"Eron ABC"}
    with pytest.raises(TimeTakenError):
        take(
            kind=ClaimKind.APPOINTMENT,
            resources=[house.holder.pk],
            start=planned[0].starts_at,
            end=planned[0].ends_at,
        )
    # Sent twice, it is planned once.
    again = house.client.post(f"{DESK}add/", house.fields(*days), headers=EN)
    assert (
        "There is already an evening of this kind at that time and place." in again.content.decode()
    )
    assert Evening.objects.count() == 3


def test_who_is_busy_is_named_and_nothing_is_planned(house: EveningUnit) -> None:
    busy(house.holder, house.at(18, house.day + WEEK), 60, ClaimKind.WALK_IN)

    answer = house.client.post(f"{DESK}add/", house.fields(house.day, house.day + WEEK), headers=EN)

    assert "Helka Holm is busy" in answer.content.decode()
    assert not Evening.objects.exists()
    assert Occupancy.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"ends": "17.00"}, "The evening must end after it begins."),
        ({"days": "1.1.2020"}, "A day has passed already."),
        ({"days": "joskus"}, "Check: joskus"),
        ({"service_point": ""}, "That room is at another service point."),
        ({"capacity": "0"}, "1"),
    ],
)
def test_form_says_what_is_wrong(house: EveningUnit, fields: dict[str, str], sentence: str) -> None:
    answer = house.client.post(f"{DESK}add/", {**house.fields(), **fields}, headers=EN)

    assert sentence in answer.content.decode()
    assert not Evening.objects.exists()


def test_published_by_itself_or_with_others_and_changed(house: EveningUnit) -> None:
    first, second = house.plan(house.day, house.day + WEEK)
    assert "ABC of separation" in house.page()
    assert "Not published" in house.page()

    stale = house.press(f"{first.pk}/publish/", version=first.version + 7)
    assert "Somebody else has changed this evening meanwhile" in stale
    house.press(f"{first.pk}/publish/", version=first.version)
    house.press("publish/", evening=[first.pk, second.pk])

    assert set(Evening.objects.values_list("status", flat=True)) == {EveningStatus.PUBLISHED}
    assert "ABC of separation" in house.client.get("/evenings/", headers=EN).content.decode()

    colleague = ProfessionalFactory()
    first.refresh_from_db()
    fields = house.fields(capacity=5, professionals=[colleague.pk], version=first.version)
    assert house.client.post(f"{DESK}{first.pk}/edit/", fields, headers=EN).status_code == 302
    first.refresh_from_db()
    assert (first.capacity, [p.pk for p in first.professionals.all()]) == (5, [colleague.pk])
    assert [who for who, _start, _end in spans(house.holder.pk)] == [house.holder.pk]
    assert len(spans(colleague.pk)) == 1
    late = house.client.post(f"{DESK}{first.pk}/edit/", fields, headers=EN).content.decode()
    assert "Somebody else has changed this evening meanwhile" in late
    assert list(EveningEvent.objects.filter(evening=first).values_list("what", flat=True)) == [
        EveningEventKind.PLANNED,
        EveningEventKind.PUBLISHED,
        EveningEventKind.CHANGED,
    ]


def test_without_a_place_it_is_not_published(house: EveningUnit) -> None:
    (evening,) = house.plan(service_point="", room="")

    said = house.press(f"{evening.pk}/publish/", version=evening.version)

    assert "Say where the evening is, or give a remote link." in said
    house.press("publish/", evening=[evening.pk])
    evening.refresh_from_db()
    assert evening.status == EveningStatus.PLANNED


def test_more_like_this_begins_with_what_it_says(house: EveningUnit) -> None:
    (evening,) = house.plan(note_fi="Vieraana psykologi")

    form = house.page(f"add/?like={evening.pk}")

    assert "Vieraana psykologi" in form
    assert 'value="17:30"' in form
    assert f"{house.day:%Y}" not in form.split('name="days"')[1].split("</textarea>")[0]


def test_it_stands_in_the_calendar_my_day_and_what_an_absence_hits(house: EveningUnit) -> None:
    (evening,) = house.plan()
    supervisor = signed_in(Role.SUPERVISOR)
    house.holder.user = supervisor.user
    house.holder.save()
    secretary, manager = signed_in(Role.SECRETARY), signed_in(Role.MANAGER)
    day = f"{house.day:%Y-%m-%d}"

    own = supervisor.client.get(f"/my-day/?day={day}", headers=EN).content.decode()
    assert "ABC of separation" in own
    assert "not published" in own
    calendar = secretary.client.get(f"/desk/calendar/?view=day&day={day}", headers=EN)
    assert f'href="{DESK}?day={day}"' in calendar.content.decode()
    assert "Eron ABC" in calendar.content.decode()
    assert "ABC of separation" in house.page(f"?day={day}")

    away = f"/desk/away/?professional={house.holder.pk}&first={day}&last={day}&reason=sick"
    assert f"{DESK}{evening.pk}/" in secretary.client.get(away, headers=EN).content.decode()
    start, end = house.at(0), house.at(23)
    hits = hit_by_absence(house.holder, start, end)
    assert [hit.label for hit in hits] == ["Eron ABC"]
    add_absence(house.holder, start=start, end=end, reason="sick", seen=fingerprint(hits))
    assert "Choose somebody else, or another time or place." in house.page(f"{evening.pk}/")
    overview = manager.client.get("/office/", headers=EN).content.decode()
    assert "somebody or the place is missing" in overview

    # Who is away cannot be kept; somebody else can be chosen, and it is work no longer.
    colleague = ProfessionalFactory()
    evening.refresh_from_db()
    fields = house.fields(professionals=[colleague.pk], version=evening.version)
    assert house.client.post(f"{DESK}{evening.pk}/edit/", fields).status_code == 302
    evening.refresh_from_db()
    assert evening.claim is not None
    assert evening.claim.orphaned_at is None


@pytest.mark.django_db(transaction=True)
def test_two_evenings_want_one_professional_at_once() -> None:
    house = evening_unit()

    def draft(hour: int) -> Evening:
        return Evening(
            kind=house.kind,
            starts_at=house.at(hour),
            ends_at=house.at(hour + 2),
            capacity=5,
            languages=["fi"],
            sign_up_opens_at=house.at(hour) - WEEK,
            sign_up_closes_at=house.at(hour),
        )

    holders = Holders([house.holder])
    results = together(
        *[partial(plan_evenings, [draft(h)], holders, user=house.desk.user) for h in (17, 18, 17)]
    )

    refused = [r for r in results if isinstance(r, InTheWayError | AlreadyError)]
    assert len(refused) == 2, results
    assert (Evening.objects.count(), Occupancy.objects.count()) == (1, 1)
    connection.close()


def test_kinds_are_the_secretarys_and_the_managers(house: EveningUnit) -> None:
    assert house.client.get(f"{DESK}kinds/").status_code == 403
    manager = signed_in(Role.MANAGER).client
    fields = {"title_fi": "Isien ilta", "summary_fi": "Isille.", "order": 1, "is_active": "on"}

    assert manager.post(f"{DESK}kinds/add/", fields).status_code == 302

    assert "Isien ilta" in manager.get(f"{DESK}kinds/").content.decode()
