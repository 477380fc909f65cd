"""Who may open what of the staff's pages, and that changes are posted."""

import pytest
from django.test import Client

from office.models import Role
from tests.bookings.conftest import House
from tests.bookings.desk_cast import request_for, signed_in

DESK_PAGES = ["/desk/", "/desk/work/", "/desk/calendar/", "/desk/live/", "/desk/away/"]
DESK_PAGES += ["/desk/requests/{ref}/", "/desk/requests/{ref}/times/"]
DESK_PAGES += ["/desk/requests/{ref}/change/"]
DESK_PAGES += ["/desk/requests/{ref}/parties/add/", "/desk/requests/{ref}/parties/{party}/"]
DESK_POSTS = [
    "/desk/find/",
    "/desk/messages/1/again/",
    "/desk/messages/1/seen/",
    *(
        f"/desk/requests/{{ref}}/{page}/"
        for page in (
            "confirm",
            "decline",
            "cancel",
            "keep",
            "note",
            "moves/1/accept",
            "moves/1/keep",
            "parties/none",
            "parties/{party}/called",
            "parties/{party}/again",
        )
    ),
]
OWN_PAGES = ["/my-day/", "/my-day/feed/"]
OWN_POSTS = ["/my-day/visits/{ref}/mark/", "/my-day/visits/{ref}/undo/"]
OWN_POSTS += ["/my-day/feed/create/", "/my-day/feed/revoke/"]


@pytest.fixture
def names(house: House) -> dict[str, object]:
    appointment = request_for(house)
    return {"ref": appointment.reference, "party": appointment.parties.first().pk}


def answers(client: Client, names: dict[str, object], pages: list[str], how: str) -> list[int]:
    """Return the status that each page answers with."""
    return [getattr(client, how)(page.format(**names)).status_code for page in pages]


def test_secretary_opens_the_desk(names: dict[str, object]) -> None:
    client = signed_in(Role.SECRETARY).client

    assert answers(client, names, DESK_PAGES, "get") == [200] * len(DESK_PAGES)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.PARTNER])
def test_those_who_meet_parties_open_their_day(names: dict[str, object], role: Role) -> None:
    assert answers(signed_in(role).client, names, OWN_PAGES, "get") == [200, 200]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GUIDE, Role.MANAGER, Role.PARTNER])
def test_colleagues_do_not_open_the_desk(names: dict[str, object], role: Role) -> None:
    client = signed_in(role).client

    assert answers(client, names, DESK_PAGES, "get") == [403] * len(DESK_PAGES)
    assert answers(client, names, DESK_POSTS, "post") == [403] * len(DESK_POSTS)


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.MANAGER])
def test_others_do_not_open_a_day(names: dict[str, object], role: Role) -> None:
    client = signed_in(role).client

    assert answers(client, names, OWN_PAGES, "get") == [403] * len(OWN_PAGES)
    assert answers(client, names, OWN_POSTS, "post") == [403] * len(OWN_POSTS)


def test_signed_out_are_asked_to_sign_in(names: dict[str, object], client: Client) -> None:
    for page in [*DESK_PAGES, *DESK_POSTS, *OWN_PAGES, *OWN_POSTS]:
        path = page.format(**names)
        posted = page in (*DESK_POSTS, *OWN_POSTS)
        response = client.post(path) if posted else client.get(path)
        told = response.status_code, response["Location"]
        # Nothing was written in the form, so that nothing is kept to be sent again.
        assert told == (302, f"/accounts/login/?next={'/' if posted else path}")


def test_changes_are_posted(names: dict[str, object]) -> None:
    client = signed_in(Role.SECRETARY, Role.GUIDE).client

    assert DESK_POSTS[0] == "/desk/find/"  # leads back to the desk
    assert answers(client, names, DESK_POSTS, "get") == [302] + [405] * (len(DESK_POSTS) - 1)
    assert answers(client, names, OWN_POSTS, "get") == [405] * len(OWN_POSTS)


def test_unknown_references_and_ids_are_not_found(names: dict[str, object]) -> None:
    client = signed_in(Role.SECRETARY, Role.GUIDE).client
    unknown: dict[str, object] = {"ref": "ZZZ-999", "party": 0}
    pages, posts = DESK_PAGES[5:], [*DESK_POSTS[1:], *OWN_POSTS[:2]]

    assert answers(client, unknown, pages, "get") == [404] * len(pages)
    assert answers(client, unknown, posts, "post") == [404] * len(posts)


def test_party_of_another_appointment_is_not_found(house: House, names: dict[str, object]) -> None:
    other = request_for(house, 11).parties.first()
    pages = [
        f"/desk/requests/{{ref}}/parties/{other.pk}/{page}" for page in ("", "called/", "again/")
    ]

    assert answers(signed_in(Role.SECRETARY).client, names, pages, "post") == [404, 404, 404]


def test_staff_pages_are_not_kept_by_browsers(names: dict[str, object]) -> None:
    response = signed_in(Role.SECRETARY).client.get("/desk/")

    assert response["Cache-Control"] == "no-store, private"
