"""Staff at the screens of the walk-in."""

from typing import Any

from django.test import Client

from office.models import Role
from tests.bookings.desk_cast import signed_in
from tests.walkin.cast import House, house
from walkin.models import Ticket


def sits_at(place: House, desk: int = 0, role: Role = Role.SUPERVISOR) -> Client:
    """The browser of the professional on duty at the desk."""
    worker = signed_in(role)
    professional = place.people[desk]
    professional.user = worker.user
    professional.save()
    return in_english(worker.client)


def in_english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def does(client: Client, ticket: Ticket, do: str, **fields: Any) -> list[str]:
    """Press something for the number as the page had it; the sentences said after it."""
    ticket.refresh_from_db()
    data = {"version": ticket.version, **fields}
    return said(client, f"/queue/numbers/{ticket.pk}/{do}/", **data)


def said(client: Client, path: str, **fields: Any) -> list[str]:
    """Send something; the sentences that the next page says."""
    answer = client.post(path, fields, follow=True)
    assert answer.status_code == 200, path
    return [str(message) for message in answer.context["messages"]]


__all__ = ["does", "house", "in_english", "said", "sits_at"]
