"""No message tells what the matter is: every letter of every service, by every channel and way, in every
language, to everybody whom we write to.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from pytest_django import DjangoDbBlocker

from bookings.appointments import notices, staff_notices
from bookings.call_backs import notifications
from bookings.guidance import sending as guiding
from bookings.lifecycle.decline_reasons import DeclineReason
from bookings.models import (
    Answer,
    Appointment,
    CallBack,
    JointSearch,
    MoveRequest,
    PairInvitation,
    Party,
    Status,
    TimeOffer,
)
from bookings.notifications.kinds import TO_JOINT_SEARCHES, MessageKind
from bookings.partners import mail as pair_mail
from demo.unit import build_unit
from office.core import tokens
from office.hooks import MESSAGE_KINDS
from office.messaging import delivery
from office.messaging.outbox import text_of
from office.models import (
    Channel,
    Claim,
    ClaimKind,
    GuidanceLink,
    Professional,
    Room,
    Service,
    ServicePoint,
    Unit,
    User,
)
from office.models import OutboxMessage as Message
from tests.bookings.personal_cast import NOW, VISIT
from tests.factories import PartyFactory, booked

pytestmark = pytest.mark.django_db
LANGUAGES = ["fi", "sv", "en"]
# Words that give it away, in any of the languages; written down here once more, so that the test does not
# lean on the list of the product.
TELLING = re.compile(
    r"\b(ero|eron|erosta|eronneu\w*|avio\w*|lapsi\w*|lapse\w*|lasten\w*|elat\w*|huolto\w*|huoltaj\w*"
    r"|vanhem\w*|perhe\w*|isyy\w*|tapaamisoik\w*|sovittelu\w*|skils\w*|barn\w*|underhåll\w*|vårdnad\w*"
    r"|famil\w*|föräld\w*|umgäng\w*|faderskap\w*|medling\w*|divorc\w*|separation\w*|child\w*|custod\w*"
    r"|parent\w*|maintenance|mediation|law)\b",
    re.IGNORECASE,
)
NAMES = ("Aino Alkuperäinen", "Bo Bortbytt", "Alkuperäinen", "Bortbytt")


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Build the unit once; each test has a transaction of its own within this one."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOW, tick=False):
            build_unit("porvoo")
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def unit(built: None, db: None) -> Iterator[Unit]:
    with time_machine.travel(NOW, tick=False):
        yield Unit.get()


def forbidden() -> list[str]:
    """Return names of unit, services, places and parents, what to bring, what the links are about."""
    texts = list(NAMES)
    for language in LANGUAGES:
        texts += Unit.objects.values_list(f"name_{language}", flat=True)
        texts += Service.objects.values_list(f"name_{language}", flat=True)
        texts += ServicePoint.objects.values_list(f"name_{language}", flat=True)
        texts += GuidanceLink.objects.values_list(f"title_{language}", flat=True)
        for things in Service.objects.values_list(f"what_to_bring_{language}", flat=True):
            texts += (things or "").splitlines()
    return [text.strip() for text in texts if text and text.strip()]


def a_visit(service: Service, language: str, channel: str, number: int = 0) -> Appointment:
    """Make a visit of two parents with every channel safe, one otherwise unknown; a partner comes too."""
    point = ServicePoint.objects.get(slug="porvoo")
    appointment = booked(
        start=VISIT + timedelta(days=number),
        professionals=[Professional.objects.filter(organisation=None).exclude(email="")[0]],
        room=Room.objects.filter(service_point=point)[0],
        service=service,
        service_point=point if channel == Channel.IN_PERSON else None,
        channel=channel,
        language=language,
        reference=f"KLM-{number:03}",
        answer_due_at=NOW + timedelta(hours=8),
    )
    asking = appointment.parties.get()
    Party.objects.filter(pk=asking.pk).update(
        name=NAMES[0],
        language=language,
        answer=Answer.ACCEPTED,
        phone="+358401111111",
        sms_is_safe=True,
    )
    PartyFactory(
        appointment=appointment,
        name=NAMES[1],
        language=language,
        language_is_known=language == "en",
        answer=Answer.ASKED,
        phone="+358402222222",
        sms_is_safe=True,
    )
    Professional.objects.update(languages=[language])
    User.objects.update(language=language)
    return appointment


def an_offer(appointment: Appointment) -> TimeOffer:
    return TimeOffer.objects.create(
        appointment=appointment,
        starts_at=VISIT - timedelta(days=2),
        ends_at=VISIT - timedelta(days=2) + timedelta(hours=1),
        channel=appointment.channel,
        service_point=appointment.service_point,
        created_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )


def notify_parties(appointment: Appointment) -> None:
    """Tell the parties everything, as if all of it had happened."""
    offer = an_offer(appointment)
    notices.notify_received(appointment)
    notices.notify_confirmed(appointment)
    notices.notify_series([appointment])
    Message.objects.update(sent_at=NOW)
    for asked in (Answer.ASKED, Answer.ACCEPTED):
        appointment.parties.filter(is_requester=False).update(answer=asked)
        notices.notify_confirmed(appointment)
        notices.notify_moved(appointment)
        notices.notify_place_changed(appointment)
        for party in appointment.parties.all():
            notices.remind(appointment, party, once_key=f"{asked}:{party.pk}")
    more = [an_offer(appointment), an_offer(appointment)]
    for status in (Status.OFFERED, Status.CONFIRMED):
        appointment.status = status
        notices.notify_offered(appointment)
    TimeOffer.objects.filter(pk__in=[one.pk for one in more]).delete()
    notices.notify_earlier_offer(appointment, offer, appointment.parties.all())
    notices.notify_earlier_ended(appointment, appointment.parties.all())
    search = JointSearch(appointment=appointment, due_at=VISIT - timedelta(days=1))
    for status in (Status.REQUESTED, Status.CONFIRMED):
        appointment.status = status
        for kind in TO_JOINT_SEARCHES:
            notices.notify_joint(kind, search, list(appointment.parties.all()))
    move = MoveRequest.objects.create(
        appointment=appointment,
        party=appointment.parties.get(is_requester=True),
        starts_at=VISIT,
        ends_at=VISIT + timedelta(hours=1),
        channel=appointment.channel,
        created_at=NOW,
    )
    notices.notify_move_kept(move)
    notices.notify_invited_again(appointment)
    for reason in DeclineReason.values:
        notices.notify_declined(appointment, reason)
    for party in appointment.parties.all():
        notices.notify_link(appointment, party)
    notices.notify_cancelled(appointment)


def notify_invited(appointment: Appointment) -> None:
    """Send the one invitation to contacts that the other parent gave."""
    invited = appointment.parties.filter(is_requester=False)
    for channel in ("email", "sms"):
        invited.update(
            given_by_other=True,
            email_is_safe=False,
            sms_is_safe=False,
            email="bo@example.org" if channel == "email" else "",
            answer=Answer.ASKED,
        )
        notices.notify_confirmed(appointment)
        Message.objects.update(sent_at=NOW)
        invited.update(link_nonce=tokens.new_nonce())


def notify_staff(appointment: Appointment) -> None:
    for news in staff_notices.StaffNews:
        staff_notices.notify_professionals(appointment, news)


def notify_partner(appointment: Appointment) -> None:
    partner = Professional.objects.exclude(organisation=None)[0]
    nonce = tokens.new_nonce()
    invitation = PairInvitation.objects.create(
        appointment=appointment,
        professional=partner,
        starts_at=VISIT,
        ends_at=VISIT + timedelta(hours=1),
        channel=appointment.channel,
        service_point=appointment.service_point,
        asked_at=NOW,
        link_nonce=nonce,
        link_hash=tokens.hash_token(tokens.token_for("pair", nonce)),
    )
    pair_mail.notify_asked(invitation, appointment)
    pair_mail.remind(invitation, appointment, once_key=f"pair:{appointment.reference}")
    Message.objects.update(sent_at=NOW)
    pair_mail.notify_withdrawn(invitation, appointment, knew=True)


def notify_caller(service: Service, language: str, number: int) -> None:
    nonce = tokens.new_nonce()
    start = VISIT + timedelta(days=number, hours=3)
    call = CallBack.objects.create(
        reference=f"SKL-{number:03}",
        professional=Professional.objects.filter(organisation=None).exclude(email="")[0],
        starts_at=start,
        ends_at=start + timedelta(minutes=15),
        claim=Claim.objects.create(kind=ClaimKind.OTHER),
        service=service,
        name=NAMES[0],
        phone="+358401111111",
        email="caller@example.org",
        sms_is_safe=True,
        email_is_safe=True,
        language=language,
        link_nonce=nonce,
        link_hash=tokens.hash_token(tokens.link_token("call_back", nonce)),
        made_from=uuid4(),
        created_at=NOW,
        updated_at=NOW - timedelta(days=1),
    )
    notifications.notify_reserved(call)
    notifications.notify_moved(call)
    notifications.notify_professional(call)
    with time_machine.travel(start - timedelta(days=1), tick=False):
        notifications.remind_calls()
    notifications.notify_cancelled(call)
    notifications.notify_professional(call, off_at=start)


def send_links(language: str) -> None:
    links = list(GuidanceLink.objects.all()[:12])
    user = User.objects.all()[0]
    for number, (channel, to) in enumerate([("email", "x@example.org"), ("sms", "+358403333333")]):
        guiding.send_links(
            links, user=user, channel=channel, to=to, language=language, key=str(number)
        )


def sent_links() -> list[Message]:
    return list(Message.objects.filter(kind=MessageKind.LINKS))


def seen_of(message: Message) -> str:
    """Return all that anybody may see of a message: sender, subject, text and calendar entry."""
    if message.channel == "sms":
        return text_of(message)
    mail = delivery.as_email(message)
    # The receiver's own address stands in their own calendar entry.
    calendar = re.sub(r"\r\n[ \t]", "", message.calendar).replace(message.to, "")
    # The unit's own staff read for which service and where; the rest can be seen by others.
    body = "" if message.kind.startswith("staff_") else str(mail.body)
    return "\n".join([mail.from_email, *mail.reply_to, str(mail.subject), body, calendar])


def assert_neutral(messages: list[Message], words: list[str]) -> None:
    for message in messages:
        seen = seen_of(message)
        told = (message.about, message.kind, message.channel)
        assert TELLING.findall(seen) == [], told
        assert [word for word in words if word in seen] == [], told


@pytest.mark.parametrize("channel", Channel.values)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_tells_the_matter(language: str, channel: str) -> None:
    words = forbidden()
    assert len(words) > 50
    send_links(language)
    links = sent_links()
    assert_neutral(links, words)
    for number, service in enumerate(Service.objects.all()):
        appointment = a_visit(service, language, channel, number)
        notify_parties(appointment)
        notices.notify_own_channel(appointment, appointment.parties.all())
        notify_invited(appointment)
        notify_staff(appointment)
        notify_partner(appointment)
        notify_caller(service, language, number)
        about = list(Message.objects.filter(about__endswith=f"{number:03}"))
        # The walk-in's, those of evenings and a manager's test message are about no visit, and have tests
        # of their own.
        others = ("walk_in_", "evening_", "test")
        kinds = {kind for kind in MESSAGE_KINDS if not kind.startswith(others)}
        assert {message.kind for message in [*about, *links]} == kinds, service.slug
        assert_neutral(about, words)


def test_both_parents_read_the_same_words(unit: Unit) -> None:
    """But for the question whether the time suits, which is put to whoever has not answered."""
    appointment = a_visit(Service.objects.all()[0], "en", Channel.IN_PERSON)
    appointment.parties.update(answer=Answer.ACCEPTED)
    Message.objects.update(sent_at=NOW)
    notices.notify_confirmed(appointment)
    Message.objects.update(sent_at=NOW)
    notify_parties(appointment)
    for kind in {"moved", "cancelled", "declined", "offered", "earlier", "earlier_ended"}:
        for channel in ("email", "sms"):
            by_receiver: dict[str, set[str]] = {}
            for message in Message.objects.filter(kind=kind, channel=channel):
                by_receiver.setdefault(message.to, set()).add(message.subject + message.body)
            assert len(by_receiver) == 2, kind
            first, second = by_receiver.values()
            assert first & second, kind
