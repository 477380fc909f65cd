"""What an answer of an address says of who asked: let in, asked to sign in, refused."""

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden

from familylaw.library_pages import AUDIENCES
from tests.familylaw.addresses import Address
from tests.familylaw.readers import may_enter
from tests.familylaw.world import ANONYMOUS


def is_sign_in(response: HttpResponse) -> bool:
    return response.status_code == 401 or response.headers.get("Location", "").startswith(
        "/accounts/login/"
    )


def fault(address: Address, who: str, response: HttpResponse) -> str:
    """Return what is wrong with an answer; empty where it is as declared."""
    status = response.status_code
    if status >= 500:
        return str(status)
    if status == 405:
        return ""
    if may_enter(address, who):
        refused = status == 403 or (is_sign_in(response) and address.name not in AUDIENCES)
        return "refused" if refused else ""
    if who == ANONYMOUS:
        return "" if is_sign_in(response) else f"{status}, not asked to sign in"
    return "" if status == 403 else f"{status}, should be refused"


def told_plainly(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a refusal with all that a view can hand over to its page, and make no page of it."""
    told = [str(exception), *map(str, get_messages(request))]
    return HttpResponseForbidden("\n".join(told))
