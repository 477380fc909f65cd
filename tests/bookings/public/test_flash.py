"""What a page tells the secretary once may name people: it is kept on the server, not in a cookie."""

from bookings.parties.records import PartyDetails
from office.models import Role
from tests.bookings.conftest import House
from tests.bookings.desk_cast import request_for, signed_in, url


def test_names_and_phones_are_not_put_into_a_cookie(house: House) -> None:
    desk = signed_in(Role.SECRETARY)
    by_call = PartyDetails(name="Aino Virtala", phone="+358400000001", call_is_safe=True)
    asked = request_for(house, requester=by_call, other=None)

    english = {"accept-language": "en"}
    answer = desk.client.post(url(asked, "confirm/"), {"version": asked.version}, headers=english)

    carried = "".join(f"{name}={morsel.value}" for name, morsel in answer.cookies.items())
    assert "messages" not in answer.cookies
    assert "Virtala" not in carried
    page = desk.client.get(answer["Location"], headers=english).content.decode()
    assert "Call Aino Virtala, 040 000 0001" in page
