"""A partner refers somebody to a call-back time."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from bookings.availability.call_slots import free_calls
from bookings.availability.codec import time_value
from bookings.models import CallBack
from office.models import OutboxMessage, PartnerOrganisation, Role
from referrals.incoming.links import make_link, withdraw_link
from referrals.models import DirectoryEntry, PartnerLink
from tests.bookings.call_cast import call_hours
from tests.bookings.conftest import House
from tests.bookings.desk_cast import Desk, signed_in
from tests.referrals.cast import visitor


@pytest.fixture
def link(house: House, clinic: DirectoryEntry) -> PartnerLink:
    house.unit.call_backs_offered = True
    house.unit.save()
    call_hours(house)
    return make_link(clinic.organisation, user=signed_in(Role.MANAGER).user)


def filled(house: House, **fields: Any) -> dict[str, Any]:
    return {
        "name": "Zelma",
        "phone": "040 7654321",
        "time": time_value(free_calls(house.unit).starts[0]),
        "consent": "on",
        "key": uuid4(),
        **fields,
    }


def test_it_becomes_a_call_back_and_the_partner_sees_only_received_or_done(
    house: House, link: PartnerLink, secretary: Desk
) -> None:
    data, partner = filled(house), visitor()
    for _press in range(2):
        assert partner.post(link.path, data).status_code == 302
    call = CallBack.objects.get()
    assert (call.name, str(call.phone), call.referred_by) == (
        "Zelma",
        "+358407654321",
        link.organisation,
    )
    assert call.events.get().by == "partner"
    assert not OutboxMessage.objects.filter(to__in=["+358407654321"]).exists()
    assert "referred by Näsin neuvola" in secretary.client.get("/desk/call-backs/").content.decode()

    page = partner.get(link.path).content.decode()
    assert call.reference in page
    assert "received" in page
    assert "Zelma" not in page
    CallBack.objects.update(status="missed")
    after = partner.get(link.path).content.decode()
    assert "done" in after
    assert "not reached" not in after
    finnish = Client(headers={"accept-language": "fi"}).get(link.path).content.decode()
    assert "hoidettu" in finnish
    assert "pidetty" not in finnish


def test_without_consent_a_safe_number_or_a_free_time_nothing_is_reserved(
    house: House, link: PartnerLink
) -> None:
    for lacking in ({"consent": ""}, {"phone": ""}, {"time": "20261125T0300Z"}, {"time": "x"}):
        assert visitor().post(link.path, filled(house, **lacking)).status_code == 422
    robot = visitor().post(link.path, filled(house, website="x"))
    assert (robot.status_code, CallBack.objects.count()) == (302, 0)
    wanted = filled(house)
    assert visitor().post(link.path, wanted).status_code == 302
    assert visitor().post(link.path, {**wanted, "key": uuid4()}).status_code == 422

    house.unit.call_backs_offered = False
    house.unit.save()
    assert visitor().get(link.path).context["has_times"] is False


def test_a_link_refers_only_so_often(
    house: House, link: PartnerLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("referrals.incoming.links.REFERRED_AN_HOUR", 1)
    assert visitor().post(link.path, filled(house)).status_code == 302
    assert visitor().post(link.path, filled(house)).status_code == 429
    assert CallBack.objects.count() == 1


def test_the_manager_gives_and_withdraws_the_one_link_of_a_partner(
    house: House, link: PartnerLink, monday: time_machine.Traveller
) -> None:
    lead, partner = signed_in(Role.MANAGER).client, link.organisation
    make = f"/office/partners/links/{partner.pk}/make/"
    lead.post(make)
    assert PartnerLink.objects.filter(withdrawn_at=None).get() == link
    assert link.path in lead.get("/office/partners/links/").content.decode()
    assert signed_in(Role.GUIDE).client.post(make).status_code == 403
    assert visitor().post(f"/office/partners/links/{link.pk}/withdraw/").status_code in (302, 401)

    monday.shift(timedelta(minutes=1))
    lead.post(f"/office/partners/links/{link.pk}/withdraw/")
    assert visitor().get(link.path).status_code == 404
    assert visitor().post(link.path, {}).status_code == 404
    lead.post(make)
    anew = PartnerLink.objects.get(withdrawn_at=None)
    assert visitor().get(anew.path).status_code == 200
    PartnerOrganisation.objects.update(is_active=False)
    assert visitor().get(anew.path).status_code == 404
    withdraw_link(anew.pk)
