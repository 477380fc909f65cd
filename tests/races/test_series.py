"""Two secretaries book the same series at the same moment: one has all of it, the other nothing."""

import re
from functools import partial
from uuid import uuid4

from bookings.models import Appointment, Case, Status
from office.models import Role, ServicePoint
from tests.factories import UserFactory
from tests.races.test_one_slot import clashes, offer
from tests.races.test_one_slot import point as point
from tests.server import Visitor, at_once

PAGE = "/desk/book/"


def secretary(server: str, number: int) -> Visitor:
    visitor = Visitor(server, 200 + number)
    visitor.get("/accounts/login/")
    user = UserFactory(username=f"sihteeri{number}", roles=[Role.SECRETARY])
    user.set_password("kolme-kuusta-pihalla")
    user.save()
    visitor.post("/accounts/login/", {"login": user.username, "password": "kolme-kuusta-pihalla"})
    return visitor


def test_one_has_the_whole_series(server: str, point: ServicePoint) -> None:
    service = offer(point)
    visitors = [secretary(server, number) for number in range(2)]
    page = visitors[0].get(PAGE).text
    slot = re.findall(r'name="slot" value="([^"]+)"', page)[-1]
    shared = {
        "service": str(service.pk),
        "language": "fi",
        "where": "any",
        "meeting": "together",
        "slot": slot,
        "rhythm": "1",
        "number": "3",
        "caller-name": "Aino",
        "caller-phone": "0401234567",
        "other_parent": "none",
    }
    html = visitors[0].post(PAGE, {**shared, "do": "series"}).text
    selects = re.findall(r'<select id="series-\d+".*?</select>', html, re.DOTALL)
    later = [found[1] for one in selects if (found := re.search(r'value="([^"]+)"', one))]
    form = {**shared, "do": "book_series", "later": later, "series_from": slot}
    answers = at_once([partial(v.post, PAGE, {**form, "key": str(uuid4())}) for v in visitors])
    assert sorted(answer.status for answer in answers) == [302, 409]
    assert Appointment.objects.filter(status=Status.CONFIRMED).count() == 3
    assert Case.objects.count() == 1
    assert clashes() == 0
