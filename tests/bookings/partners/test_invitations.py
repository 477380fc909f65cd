"""A partner is asked, asked again when the time moves, told when it holds no longer; and what is busy."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from icalendar import Calendar

from bookings.appointments import decisions, reminders
from bookings.appointments.answers import choose_offer
from bookings.availability.search import Wish
from bookings.availability.slots import Slot
from bookings.desk import worklist
from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import AppointmentProfessional, PairInvitation, Status
from bookings.partners import invitations
from office.calendar.occupancy import TimeTakenError, take
from office.core import clock, tokens
from office.models import Channel, ClaimKind, OutboxMessage, Unit
from tests.bookings.conftest import House, at
from tests.bookings.desk_cast import ONE, TWO, request_for
from tests.bookings.pair_cast import Pair, a_pair, partner_of, sent
from tests.factories import ProfessionalFactory, RoomFactory, UserFactory, WeeklyHoursFactory, busy
from tests.purged import purged

pytestmark = pytest.mark.django_db
State = PairInvitation.State
# What must not stand in a subject.
TELLING = re.compile(
    r"\b(ero|erota|lap\w*|lasten\w*|elat\w*|huol\w*|vanhem\w*|perhe\w*|skils\w*|barn\w*|vårdnad\w*"
    r"|famil\w*|divorc\w*|separat\w*|child\w*|custod\w*|parent\w*|maint\w*|law)\b",
    re.IGNORECASE,
)


@pytest.fixture
def pair(house: House) -> Pair:
    return a_pair(house)


def move(pair: Pair, hour: int = 13, day: int = 25) -> None:
    wish = Wish(pair.house.service, Channel.IN_PERSON, pair.house.point.pk)
    slot = pair.house.slot(hour, day=day)
    decisions.book_time(pair.appointment.pk, wish, slot, user=pair.desk.user, unit=pair.house.unit)
    pair.appointment.refresh_from_db()


def test_who_is_asked_gets_an_invitation_and_is_busy(pair: Pair) -> None:
    assert pair.ask() == []

    invitation = pair.invitation
    assert (invitation.state, invitation.starts_at) == (State.ASKED, at(9))
    assert [o.claim_id for o in pair.busy()] == [pair.appointment.claim_id]
    assert list(pair.appointment.staff.values_list("professional", "is_lead")) == [
        (pair.house.professional.pk, True),
        (pair.partner.pk, False),
    ]
    (mail,) = pair.mail()
    assert (mail.kind, mail.to, mail.link_path) == (
        "pair_asked",
        "kaisa@example.org",
        "/pair/{token}/",
    )
    (event,) = Calendar.from_ical(mail.calendar).walk("VEVENT")
    assert (event["STATUS"], event["DTSTART"].dt) == ("TENTATIVE", clock.local(at(9)))


def test_the_invitation_tells_nothing_of_clients_or_matter(pair: Pair) -> None:
    for language in ("fi", "sv", "en"):
        pair.partner.languages = [language]
        pair.partner.save()
        if language == "fi":
            pair.ask()
        else:
            invitations.ask_again(pair.appointment.pk, pair.partner.pk, user=pair.desk.user)
        mail = pair.mail().last()
        assert mail is not None
        assert mail.language == language
        said = mail.subject + mail.body + mail.calendar
        for secret in (ONE.name, TWO.name, ONE.phone, "Elatussopimus", "Vain sihteerille"):
            assert secret not in said
        assert TELLING.findall(mail.subject) == []
        assert pair.house.professional.name in mail.body
        assert pair.appointment.reference in mail.body


def test_the_link_is_random_kept_as_a_hash_and_ones_own(pair: Pair) -> None:
    pair.ask()
    token = tokens.token_for("pair", pair.invitation.link_nonce)
    assert len(token) >= 43
    assert pair.invitation.link_hash == tokens.hash_token(token)
    assert token not in str(list(PairInvitation.objects.values())) + str(
        list(OutboxMessage.objects.values())
    )


def test_a_moved_time_is_asked_anew_with_the_same_link(pair: Pair) -> None:
    pair.ask()
    link = pair.link
    pair.answer(accepts=True)
    sent()

    move(pair)

    assert (pair.invitation.state, pair.invitation.starts_at) == (State.ASKED, at(13))
    assert pair.link == link
    assert [o.during.lower for o in pair.busy()] == [at(13)]
    old, new = pair.mail()
    events = [Calendar.from_ical(m.calendar).walk("VEVENT")[0] for m in (old, new)]
    assert events[0]["UID"] == events[1]["UID"]
    assert events[0]["SEQUENCE"] < events[1]["SEQUENCE"]


def test_a_move_by_half_an_hour_is_not_in_ones_own_way(pair: Pair) -> None:
    pair.ask()
    house = pair.house
    RoomFactory(service_point=house.point)
    ProfessionalFactory(services=[house.service], points=[house.point], hours=(8, 16))
    wish = Wish(house.service, Channel.IN_PERSON, house.point.pk)

    decisions.book_time(
        pair.appointment.pk, wish, house.slot(9, 30), user=pair.desk.user, unit=house.unit
    )

    assert [o.during.lower for o in pair.busy()] == [at(9, 30)]
    assert pair.invitation.state == State.ASKED


def test_who_is_not_free_at_the_new_time_is_left_out_and_work(pair: Pair) -> None:
    pair.ask()
    pair.answer(accepts=True)
    sent()
    busy(pair.partner, at(13), 60)

    move(pair)

    assert pair.invitation.state == State.LEFT
    assert [m.kind for m in pair.mail()] == ["pair_asked", "pair_withdrawn"]
    assert not pair.appointment.staff.filter(professional=pair.partner).exists()
    assert [i.pk for i in worklist.partners(clock.now(), 2)] == [pair.invitation.pk]
    with pytest.raises(TimeTakenError):
        invitations.ask_again(pair.appointment.pk, pair.partner.pk, user=pair.desk.user)


def test_left_out_before_the_time_was_agreed_is_work_as_well(house: House) -> None:
    pair = a_pair(house)
    request = request_for(house, 11)
    invitations.ask(request.pk, pair.partner, user=pair.desk.user)
    assert not PairInvitation.objects.exists()
    busy(pair.partner, at(13), 60)
    wish = Wish(house.service, Channel.IN_PERSON, house.point.pk)

    decisions.book_time(request.pk, wish, house.slot(13), user=pair.desk.user, unit=house.unit)

    assert [i.appointment_id for i in worklist.partners(clock.now(), 2)] == [request.pk]
    assert not pair.mail().exists()


def test_asked_before_the_time_is_agreed_invited_when_it_is(house: House) -> None:
    pair = a_pair(house)
    request = request_for(house, 11)
    invitations.ask(request.pk, pair.partner, user=pair.desk.user)
    assert not pair.mail().exists()
    assert pair.busy().exists()

    decisions.confirm(request.pk, user=pair.desk.user)

    assert [m.about for m in pair.mail()] == [request.reference]


def test_a_cancelled_visit_takes_the_invitation_back_and_tells(pair: Pair) -> None:
    pair.ask()
    sent()

    decisions.cancel(pair.appointment.pk, user=pair.desk.user)

    assert pair.invitation.state == State.WITHDRAWN
    last = pair.mail().last()
    assert last is not None
    assert last.kind == "pair_withdrawn"
    assert Calendar.from_ical(last.calendar).walk("VEVENT")[0]["STATUS"] == "CANCELLED"
    assert not pair.busy().exists()


def test_who_never_heard_of_it_is_not_told_that_it_is_off(pair: Pair) -> None:
    pair.ask()

    decisions.cancel(pair.appointment.pk, user=pair.desk.user)

    assert not pair.mail().exists()


def test_a_partner_stays_asked_until_an_offered_time_is_chosen(pair: Pair) -> None:
    pair.ask()
    sent()
    before = pair.invitation.starts_at
    wish = Wish(pair.house.service, Channel.IN_PERSON, pair.house.point.pk)
    decisions.offer_times(
        pair.appointment.pk,
        [(wish, pair.house.slot(13))],
        user=pair.desk.user,
        unit=pair.house.unit,
    )
    assert (pair.invitation.state, pair.invitation.starts_at) == (State.ASKED, before)

    offer = pair.appointment.time_offers.get()
    choose_offer(pair.appointment.parties.get(is_requester=True).pk, offer.pk)

    assert (pair.invitation.state, pair.invitation.starts_at) == (State.ASKED, at(13))
    assert [o.during.lower for o in pair.busy()] == [at(13)]


def test_another_one_in_place_of_the_first(pair: Pair) -> None:
    pair.ask()
    sent()
    other = partner_of("Olli Vaara", organisation=pair.partner.organisation, email="o@example.org")

    invitations.ask(pair.appointment.pk, other, user=pair.desk.user, replacing=pair.partner.pk)

    assert pair.invitation.state == State.WITHDRAWN
    assert not pair.busy().exists()
    assert [(m.to, m.kind) for m in pair.mail()] == [
        ("kaisa@example.org", "pair_asked"),
        ("kaisa@example.org", "pair_withdrawn"),
        ("o@example.org", "pair_asked"),
    ]


def test_nothing_changes_where_the_other_one_is_busy(pair: Pair) -> None:
    pair.ask()
    other = partner_of("Olli Vaara")
    busy(other, at(9, 30), 30)

    with pytest.raises(TimeTakenError):
        invitations.ask(pair.appointment.pk, other, user=pair.desk.user, replacing=pair.partner.pk)

    assert pair.invitation.state == State.ASKED
    assert pair.busy().exists()


def test_going_on_without(pair: Pair) -> None:
    pair.ask()
    pair.answer(accepts=False)
    sent()

    invitations.go_without(pair.appointment.pk, pair.partner.pk, user=pair.desk.user)

    assert pair.invitation.state == State.WITHDRAWN
    assert not pair.busy().exists()
    # Who has declined knows already.
    assert [m.kind for m in pair.mail()] == ["pair_asked"]
    assert not worklist.partners(clock.now(), 2).exists()


def test_one_of_our_own_cannot_be_left_out_so(pair: Pair) -> None:
    with pytest.raises(NotPossibleError):
        invitations.go_without(pair.appointment.pk, pair.house.professional.pk, user=pair.desk.user)


def test_one_open_invitation_says_the_database(pair: Pair) -> None:
    pair.ask()
    first = pair.invitation
    with (
        pytest.raises(IntegrityError, match="a_partner_has_one_open_invitation_to_an_appointment"),
        transaction.atomic(),
    ):
        PairInvitation.objects.create(
            appointment=first.appointment,
            professional=first.professional,
            starts_at=first.starts_at,
            ends_at=first.ends_at,
            channel=first.channel,
            asked_at=clock.now(),
            link_nonce="x",
            link_hash="x",
        )


def test_asking_who_is_in_already_or_is_our_own(pair: Pair) -> None:
    pair.ask()
    for professional in (pair.partner, pair.house.professional):
        with pytest.raises(NotPossibleError):
            invitations.ask(pair.appointment.pk, professional, user=pair.desk.user)


def test_an_answer_is_to_the_time_that_was_shown(pair: Pair) -> None:
    pair.ask()
    shown = pair.invitation.asked_times
    move(pair)

    with pytest.raises(ChangedMeanwhileError):
        invitations.answer(pair.invitation.pk, accepts=True, asked_times=shown)

    assert pair.invitation.state == State.ASKED


def test_no_answer_once_it_is_off_or_over(pair: Pair) -> None:
    pair.ask()
    with (
        time_machine.travel(at(10), tick=False),
        pytest.raises(NotPossibleError),
    ):
        pair.answer(accepts=True)
    decisions.cancel(pair.appointment.pk, user=pair.desk.user)
    with pytest.raises(NotPossibleError):
        pair.answer(accepts=True)


def test_the_same_answer_twice_is_one(pair: Pair) -> None:
    pair.ask()
    pair.answer(accepts=True)
    pair.answer(accepts=True)
    assert pair.appointment.events.filter(what="pair_accepted").count() == 1


@pytest.mark.parametrize(
    ("email", "organisation_email", "to"),
    [
        ("kaisa@example.org", "neuvola@example.org", "kaisa@example.org"),
        ("", "neuvola@example.org", "neuvola@example.org"),
        ("", "", None),
    ],
)
def test_by_the_organisations_address_or_by_a_call(
    house: House, email: str, organisation_email: str, to: str | None
) -> None:
    pair = a_pair(house, email=email)
    assert pair.partner.organisation
    pair.partner.organisation.email = organisation_email
    pair.partner.organisation.save()

    unreached = pair.ask()

    assert [m.to for m in pair.mail()] == ([to] if to else [])
    assert unreached == ([] if to else [pair.partner])
    # Nobody hears of it but by a call: work at once.
    assert worklist.partners(clock.now(), 2).exists() == (to is None)


def test_an_unanswered_one_is_work_after_the_units_working_days(pair: Pair) -> None:
    wish = Wish(pair.house.service, Channel.IN_PERSON, pair.house.point.pk)
    far = Slot(at(9, day=10, month=12), pair.house.point.pk)
    decisions.book_time(pair.appointment.pk, wish, far, user=pair.desk.user, unit=pair.house.unit)
    Unit.objects.update(pair_answer_days=2)
    pair.ask()

    def is_work(day: int) -> bool:
        with time_machine.travel(at(8, day=day), tick=False):
            days = Unit.get().pair_answer_days
            return worklist.partners(clock.now(), days).exists()

    # Asked on Monday: Tuesday and Wednesday are theirs to answer in.
    assert [is_work(day) for day in (23, 24, 25, 26)] == [False, False, False, True]
    pair.answer(accepts=True)
    assert not is_work(26)


def test_an_unanswered_one_is_work_when_the_visit_is_near(pair: Pair) -> None:
    pair.ask()
    assert not worklist.partners(clock.now(), 10).exists()
    with time_machine.travel(at(8, day=24), tick=False):
        assert worklist.partners(clock.now(), 10).exists()


def test_reminded_on_the_working_day_before_once(pair: Pair) -> None:
    pair.ask()
    pair.answer(accepts=True)
    written = []
    for moment in (at(8, 50, 24), at(9, 0, 24), at(9, 10, 24), at(21, 0, 24), at(8, 0, 25)):
        with time_machine.travel(moment, tick=False):
            written.append(reminders.remind_partners())
    assert written == [0, 1, 0, 0, 0]
    assert pair.mail("pair_reminder").count() == 1


def test_who_declined_is_not_reminded(pair: Pair) -> None:
    pair.ask()
    pair.answer(accepts=False)
    with time_machine.travel(at(9, 0, 24), tick=False):
        assert reminders.remind_partners() == 0


def test_it_is_forgotten_with_the_appointment(pair: Pair) -> None:
    pair.ask()
    with time_machine.travel(at(9) + timedelta(days=400), tick=False):
        assert purged("appointments", "call-backs") == 1
    assert not PairInvitation.objects.exists()
    assert not pair.busy().exists()
    assert not AppointmentProfessional.objects.exists()


def test_taken_among_a_found_pair_the_partner_is_asked_not_told(house: House) -> None:
    partner = partner_of()
    partner.services.add(house.service)
    house.service.professionals_needed = 2
    house.service.save()
    # Our own one and the partner are the only pair.
    WeeklyHoursFactory(professional=partner, service_point=house.point, weekday=2)
    request = request_for(house, 9)

    decisions.confirm(request.pk, user=UserFactory())

    invitation = PairInvitation.objects.get()
    assert (invitation.professional, invitation.state) == (partner, State.ASKED)
    told = OutboxMessage.objects.filter(kind="staff_booked").values_list("to", flat=True)
    assert list(told) == [house.professional.email]


def test_a_second_request_does_not_get_the_partners_time(pair: Pair) -> None:
    pair.ask()
    with pytest.raises(TimeTakenError):
        take(
            kind=ClaimKind.APPOINTMENT,
            resources=[pair.partner.pk],
            start=at(9, 30),
            end=at(10, 30),
        )


def test_status_stays_whatever_the_partner_says(pair: Pair) -> None:
    pair.ask()
    pair.answer(accepts=False)
    pair.appointment.refresh_from_db()
    assert pair.appointment.status == Status.CONFIRMED
