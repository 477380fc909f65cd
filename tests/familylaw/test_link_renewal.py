"""After the links' key has leaked: nothing that was sent opens anything, everything goes on."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client
from pytest_django import Settings

from bookings.appointments.calendar_files import calendar_of
from bookings.lifecycle.references import invitation_code
from bookings.models import OtherParent
from bookings.my_day import feed as feeds
from bookings.parties.records import hash_code, link_path
from bookings.self_service.personal_links import open_code
from evenings.notifications.messages import calendar_of as evening_of
from familylaw.link_renewal import DERIVED, FOLLOWING, renew_links
from office.core import clock, own_codes, tokens
from office.messaging import outbox
from office.messaging.link_key import CHANGED, key_problem, remember_key
from office.models import MessageChannel, Role
from tests.evenings.cast import signs_up
from tests.evenings.factories import EveningFactory
from tests.factories import (
    AppointmentFactory,
    PartyFactory,
    ProfessionalFactory,
    UnitFactory,
    UserFactory,
)
from tests.familylaw.running import GOOD

pytestmark = pytest.mark.django_db
APPS = ("office", "bookings", "walkin", "plans", "evenings", "referrals")


def test_every_nonce_of_every_model_is_known_to_the_renewal() -> None:
    """A new kind of link is forgotten nowhere."""
    fields = {
        (model, field.name)
        for model in apps.get_models()
        if model.__module__.split(".")[0]
        in ("office", "bookings", "walkin", "plans", "evenings", "referrals")
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField) and field.name.endswith("nonce")
    }
    assert fields == {(derived.model, derived.nonce) for derived in DERIVED} | set(FOLLOWING)


def test_no_link_is_made_twice() -> None:
    assert len({(derived.model, derived.nonce) for derived in DERIVED}) == len(DERIVED)


def test_what_was_sent_opens_nothing_and_what_waits_carries_the_new_link(
    settings: Settings, client: Client
) -> None:
    requester = PartyFactory(is_requester=True)
    invited = PartyFactory(appointment=requester.appointment, name="")
    appointment = requester.appointment
    appointment.other_parent = OtherParent.PASS_ON
    appointment.invitation_hash = hash_code(invitation_code(invited.link_nonce))
    appointment.save()
    professional = ProfessionalFactory(user=UserFactory(roles=[Role.SUPERVISOR]))
    feeds.issue_feed(professional)
    former = [link_path(requester), link_path(invited), feeds.feed_path(professional)]
    former_code = invitation_code(invited.link_nonce)
    assert open_code(former_code) == invited
    waiting = outbox.post(
        kind="test",
        channel=MessageChannel.EMAIL,
        to="nobody@example.fi",
        language="fi",
        body="Linkki: {link}",
        link=outbox.Link("/appointment/{token}/", "party", requester.link_nonce),
    )
    assert waiting
    assert [client.get(path).status_code for path in former] == [200, 200, 200]
    remember_key()
    settings.LINK_KEY = GOOD["LINK_KEY"]
    assert renew_links() == 3
    for row in (requester, invited, professional, appointment, waiting):
        row.refresh_from_db()
    assert [client.get(path).status_code for path in former] == [404, 404, 404]
    now = [link_path(requester), link_path(invited), feeds.feed_path(professional)]
    assert [client.get(path).status_code for path in now] == [200, 200, 200]
    assert link_path(requester) in outbox.text_of(waiting).replace(
        tokens.token_for("party", requester.link_nonce),
        tokens.link_token("party", requester.link_nonce),
    )
    assert requester.code_hash == own_codes.hash_of(requester.link_nonce)
    assert open_code(former_code) is None
    assert open_code(invitation_code(invited.link_nonce)) == invited


def test_the_new_key_is_the_one_that_a_start_asks_for(settings: Settings) -> None:
    remember_key()
    settings.LINK_KEY = GOOD["LINK_KEY"]
    assert key_problem(ask) == CHANGED
    renew_links()
    assert key_problem(ask) == ""


def test_entries_in_calendars_are_found_again(settings: Settings) -> None:
    UnitFactory()
    start = clock.now() + timedelta(days=7)
    appointment = AppointmentFactory(starts_at=start, ends_at=start + timedelta(hours=1))
    party = PartyFactory(appointment=appointment, is_requester=True)
    sign_up = signs_up(EveningFactory())

    def uids() -> list[str]:
        files = [calendar_of(party, appointment), evening_of(sign_up)]
        return [re.findall(r"^UID:(.*?)\r?$", file, re.M)[0] for file in files]

    before = uids()
    # As the docs say: the former key stays the calendars'.
    settings.CALENDAR_KEY, settings.LINK_KEY = settings.LINK_KEY, GOOD["LINK_KEY"]
    renew_links()
    party.refresh_from_db()
    sign_up.refresh_from_db()
    assert uids() == before


def ask(query: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def test_links_that_are_closed_stay_closed(settings: Settings) -> None:
    professional = ProfessionalFactory()
    feeds.issue_feed(professional)
    feeds.revoke_feed(professional)
    settings.LINK_KEY = GOOD["LINK_KEY"]
    assert renew_links() == 0
    professional.refresh_from_db()
    assert (professional.feed_nonce, professional.feed_hash) == ("", None)
