"""A notice that came in, and what is typed of it."""

import re
from typing import Any
from uuid import uuid4

from django.test import Client

from bookings.cases.actions import CaseDetails, Invitee, enter_case
from bookings.lifecycle.references import invitation_code
from bookings.models import Case, CasePerson, StartedBy
from office.core import clock
from office.models import Role, User
from tests.bookings.conftest import House
from tests.factories import UserFactory

AINO = Invitee("Aino Virtala", "Kotikatu 1 A 2\n06100 Porvoo", language="fi")
EINO = Invitee("Eino Korpi", "Rantatie 4\n06150 Porvoo")


def notice(house: House, *people: Invitee, user: User | None = None, **fields: Any) -> Case:
    """Enter a case from a notice, by default of two people with postal addresses."""
    details = CaseDetails(
        **{
            "started_by": StartedBy.DVV,
            "service": house.service,
            "received_on": clock.today(),
            **fields,
        }
    )
    user = user or UserFactory(roles=[Role.SECRETARY])
    return enter_case(details, people or (AINO, EINO), user=user, made_from=uuid4())


def code_of(case: Case, name: str = AINO.name) -> str:
    """Return the code in the letter to a person."""
    return invitation_code(CasePerson.objects.get(case=case, name=name).nonce)


def printed(client: Client, page: str = "/desk/cases/") -> dict[str, str]:
    """Return what the page gives for printing, as its button sends it."""
    found = re.search(r'name="letters" value="([^"]*)"', client.get(page).content.decode())
    return {"letters": found[1] if found else ""}
