"""One takes part by video, the other comes: each is told of their own way, and nothing of the other's."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from bookings.appointments import by_video, decisions, reminders
from bookings.appointments.calendar_files import calendar_of
from bookings.availability.search import Wish
from bookings.lifecycle import video_links
from bookings.lifecycle.by_video import channel_of, is_met_by_video
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Answer, Appointment, OtherParent, Party, PartyRole, Undoable
from bookings.parties.records import Participation, PartyDetails, add_party, link_path
from bookings.rescheduling import actions as rescheduling
from bookings.rescheduling import plan as change_plan
from bookings.retention.requests import stored_data
from office.core import clock
from office.messaging.outbox import text_of
from office.models import Channel, OutboxMessage
from office.models import Role as StaffRole
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import Desk, signed_in, url
from tests.factories import PartyFactory, booked

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
ROOM = "https://video.example.org/room/lead"
TYPED = "https://video.example.org/meet/abc123"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def desk(house: House) -> Desk:
    return signed_in(StaffRole.SECRETARY)


@pytest.fixture
def visit(house: House) -> Appointment:
    """Make a visit on Wednesday at the service point; today is Monday."""
    house.service.channels = Channel.of_services()
    house.service.save()
    visit = booked(
        start=at(9, day=25),
        professionals=[house.professional],
        room=house.room,
        service=house.service,
        service_point=house.point,
    )
    PartyFactory(appointment=visit, answer=Answer.ACCEPTED, language="en")
    visit.parties.update(language="en")
    return visit


def asking(visit: Appointment) -> Party:
    return visit.parties.get(is_requester=True)


def other(visit: Appointment) -> Party:
    return visit.parties.get(is_requester=False, accompanies=None)


def page_of(party: Party) -> str:
    page = Client().get(link_path(party), headers=EN).content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def press(desk: Desk, party: Party, joins: str = "yes") -> Any:
    visit = Appointment.objects.get(pk=party.appointment_id)
    data = {"version": visit.version, "joins": joins}
    return desk.client.post(url(visit, f"parties/{party.pk}/video/"), data, headers=EN)


def letters(party: Party) -> list[str]:
    sent = OutboxMessage.objects.filter(link_nonce=party.link_nonce, dropped_at=None)
    return [f"{text_of(message)}{message.calendar}" for message in sent.order_by("pk")]


def missing() -> list[Appointment]:
    return list(video_links.without_link(clock.now(), days=5))


def test_each_is_told_of_their_own_way(
    house: House, desk: Desk, visit: Appointment, monday: Any
) -> None:
    joining, coming = other(visit), asking(visit)
    street = house.point.address
    page, file = page_of(coming), calendar_of(coming, visit)
    assert street in page
    press(desk, joining)
    joining.refresh_from_db()
    # Who comes sees and is sent nothing else than before.
    assert (page_of(coming), calendar_of(coming, visit), letters(coming)) == (page, file, [])
    (letter,) = letters(joining)
    assert ("Where: By video" in letter, street in letter, "LOCATION" in letter) == (
        True,
        False,
        False,
    )
    own = page_of(joining)
    assert "You take part by video, through the link on this page" in own
    assert "from the day before" in own
    assert not [word for word in (street, "Come to the service point", ROOM) if word in own]
    assert "SEQUENCE:1" in calendar_of(joining, visit)
    assert "LOCATION" in file
    assert "LOCATION" not in calendar_of(joining, visit)
    assert missing() == [visit]
    house.professional.video_room = ROOM
    house.professional.save()
    assert missing() == []
    OutboxMessage.objects.all().delete()
    monday.move_to(at(9, day=24))
    assert ROOM in page_of(joining)
    assert house.unit.phone in page_of(joining)
    assert not [word for word in ("video", ROOM) if word in page_of(coming)]
    reminders.send_reminders()
    (to_joining,), (to_coming,) = letters(joining), letters(coming)
    assert (ROOM in to_joining, street in to_joining) == (True, False)
    assert (ROOM in to_coming, street in to_coming) == (False, True)
    # Another link: told to who needs it alone.
    desk = signed_in(StaffRole.SECRETARY)
    visit.refresh_from_db()
    desk.client.post(url(visit, "video/"), {"version": visit.version, "link": TYPED})
    assert [TYPED in text for text in letters(joining)] == [False, True]
    assert letters(coming) == [to_coming]


def test_the_staff_see_it_and_it_is_undone(house: House, desk: Desk, visit: Appointment) -> None:
    press(desk, asking(visit))
    card = desk.client.get(url(visit), headers=EN).content.decode()
    assert "one by video" in card
    assert "No video link yet" in card
    assert (
        "Visits by video without a link" in desk.client.get("/desk/", headers=EN).content.decode()
    )
    supervisor = signed_in(StaffRole.SUPERVISOR)
    house.professional.user = supervisor.user
    house.professional.save()
    own_day = supervisor.client.get("/my-day/?day=2026-11-25", headers=EN).content.decode()
    assert "one by video" in own_day
    assert "No video link yet" in own_day
    day_list = f"/desk/calendar/days/?day=2026-11-25&of=point-{house.point.pk}"
    assert "one by video" in desk.client.get(day_list, headers=EN).content.decode()
    assert ("Channel", "by video") in stored_data(asking(visit))[1].rows
    # Other times at the place are no reason to come to it.
    visit.refresh_from_db()
    slots = [(Wish(house.service, Channel.IN_PERSON), house.slot(13))]
    decisions.offer_times(visit.pk, slots, user=desk.user, unit=house.unit)
    assert house.point.address not in letters(asking(visit))[-1]
    assert house.point.name not in page_of(asking(visit))
    press(desk, asking(visit), joins="no")
    assert house.point.address in letters(asking(visit))[-1]
    assert missing() == []
    desk.client.post(f"/desk/undo/{Undoable.objects.latest('pk').key}/")
    assert asking(visit).joins_by_video


def test_who_comes_along_goes_with_them_and_another_channel_ends_it(
    desk: Desk, visit: Appointment
) -> None:
    along = Participation(PartyRole.SUPPORT, accompanies=other(visit), is_notified=True)
    first = add_party(visit, PartyDetails(language="en"), answer=Answer.ACCEPTED, part=along)
    press(desk, other(visit))
    along = replace(along, accompanies=other(visit))
    second = add_party(visit, PartyDetails(language="en"), answer=Answer.ACCEPTED, part=along)
    joining = visit.parties.filter(joins_by_video=True)
    assert {one.pk for one in joining} == {other(visit).pk, first.pk, second.pk}
    now = change_plan.present(Appointment.objects.get(pk=visit.pk))
    assert now is not None
    rescheduling.change(visit.pk, replace(now, channel=Channel.VIDEO), user=desk.user)
    assert not joining.all().exists()


def test_only_of_who_has_a_page_of_their_own(desk: Desk, visit: Appointment) -> None:
    party = other(visit)

    def refused(**fields: Any) -> bool:
        Appointment.objects.filter(pk=visit.pk).update(**fields)
        with pytest.raises(NotPossibleError):
            by_video.set_joins_by_video(party.pk, joins=True, user=desk.user)
        return not other(visit).joins_by_video

    assert refused(channel=Channel.PHONE)
    # Where all take part by video, the visit itself is to be one by video.
    Party.objects.exclude(pk=party.pk).update(joins_by_video=True)
    assert refused(channel=Channel.IN_PERSON)
    Party.objects.update(joins_by_video=False)
    Party.objects.filter(pk=party.pk).update(name="")
    assert refused(channel=Channel.IN_PERSON, other_parent=OtherParent.PASS_ON)
    Party.objects.filter(pk=party.pk).update(
        name="Toinen", given_by_other=True, email_is_safe=False
    )
    assert refused(other_parent=OtherParent.GIVEN)
    # Nor does an invitation that somebody else has kept tell it of its owner.
    Party.objects.filter(pk=party.pk).update(given_by_other=False, joins_by_video=True)
    shared = other(visit)
    assert is_met_by_video(visit)
    assert channel_of(shared, visit) == Channel.VIDEO
    shared.is_by_invitation = True
    assert channel_of(shared, visit) == Channel.IN_PERSON


@pytest.mark.parametrize("role", [StaffRole.SUPERVISOR, StaffRole.PARTNER, StaffRole.MANAGER])
def test_only_secretaries_say_so(visit: Appointment, role: StaffRole) -> None:
    assert press(signed_in(role), other(visit)).status_code == 403
    assert not other(visit).joins_by_video
