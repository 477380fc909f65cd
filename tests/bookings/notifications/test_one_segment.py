"""A text message is one segment, with the longest street of a demo and the host of a real county."""

from typing import Any

import pytest

from bookings.models import Answer
from office.messaging.outbox import text_of
from office.models import Channel, Service, ServicePoint
from office.models import OutboxMessage as Message
from tests.bookings.notifications.test_neutral_messages import (
    LANGUAGES,
    a_visit,
    built,
    notify_caller,
    notify_invited,
    notify_parties,
    send_links,
    unit,
)

__all__ = ["built", "unit"]
pytestmark = pytest.mark.django_db
HOST = "https://ajanvaraus.itauusimaa.fi"
# GSM 03.38, without the signs that count twice.
GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


@pytest.mark.parametrize("channel", [Channel.IN_PERSON, Channel.PHONE])
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_but_the_first_to_who_did_not_ask(language: str, channel: str, settings: Any) -> None:
    settings.SITE_URL = HOST
    longest = max(ServicePoint.objects.all(), key=lambda point: len(f"{point.street}{point.city}"))
    appointment = a_visit(Service.objects.all()[0], language, channel)
    if channel == Channel.IN_PERSON:
        appointment.service_point = longest
        appointment.save()
    # Both known by now, so that nothing is told in two languages.
    appointment.parties.update(language_is_known=True, answer=Answer.ACCEPTED)
    notify_parties(appointment)
    notify_caller(appointment.service, language, 0)
    send_links(language)
    texts = {text_of(message) for message in Message.objects.filter(channel="sms")}
    introducing = {text for text in texts if "019 000 0000" in text}
    long = {text: len(text) for text in texts - introducing if len(text) > 160}
    assert long == {}
    assert [text for text in texts if set(text) - GSM_7] == []
    assert len(texts) > 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_to_who_did_not_ask_is_longer(language: str, settings: Any) -> None:
    """Who writes, whence the number is, whom to call: two segments, and four in two languages."""
    settings.SITE_URL = HOST
    appointment = a_visit(Service.objects.all()[0], language, Channel.IN_PERSON)
    notify_invited(appointment)
    [text] = [
        text_of(message) for message in Message.objects.filter(channel="sms", to="+358402222222")
    ]
    # A segment of several has room for 153 letters.
    assert len(text) <= (2 if language == "en" else 4) * 153
    assert set(text) <= GSM_7
