"""Open a personal page by its link, and answer where it opens nothing."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bookings.appointments import answers
from bookings.models import Party
from bookings.public.secret_links import in_language, invalid_link
from bookings.self_service import personal_links
from bookings.self_service.personal_links import token_of
from office.core import clock
from office.core.http import unlisted
from office.staff.audience import by_link
from office.staff.rate_limits import TooManyTriesError

# The referrer policy stays "same-origin": with "no-referrer" browsers send "Origin: null" with forms,
# which the check against forged requests rightly refuses; and to other sites neither sends anything.
View = Callable[[HttpRequest, Party], HttpResponse]


def personal(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """Give the view the party whose own link this is, in their language; nothing is kept or indexed.

    An invitation leads back to its page, whether it has been used or not: these pages are one's own.
    """

    @also_by_invitation
    @wraps(view)
    def run(request: HttpRequest, party: Party) -> HttpResponse:
        if shows_invitation(party):
            if request.method == "POST":
                changed_meanwhile(request)
            return to_page(party)
        return view(request, party)

    return run


def also_by_invitation(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """Open a view by an invitation too: such a page tells nothing of what its owner has done."""

    @by_link
    @wraps(view)
    def run(request: HttpRequest, token: str) -> HttpResponse:
        party = personal_links.open_link(token)
        if party is None:
            return invalid_link(request)
        return private(request, party, lambda: view(request, party))

    return run


def shows_invitation(party: Party) -> bool:
    """Say whether the link is an invitation: waiting for its owner, or exchanged by them."""
    return party.is_by_invitation or answers.is_invitation(party, party.appointment)


def private(request: HttpRequest, party: Party, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer in the party's language, unless another was chosen here; never stored.

    Who reads an invitation is not known, and the language that its owner chose would tell. Where nobody
    has asked a party for their language, it is the browser's too.
    """
    is_known = party.language_is_known and not shows_invitation(party)
    return unlisted(in_language(request, party.language if is_known else "", answer))


def to_page(party: Party) -> HttpResponse:
    return redirect("public:appointment", token_of(party))


def changed_meanwhile(request: HttpRequest) -> None:
    """Say on the next page that what was asked for cannot be done any more."""
    messages.warning(
        request,
        _("This could not be done, because something has changed. Below you see how it is now."),
    )


def too_many(request: HttpRequest, error: TooManyTriesError) -> HttpResponse:
    """Say in plain words that there were too many tries: until when to wait, and that one may call."""
    response = render(
        request, "bookings/personal/too_many.html", {"until": error.until}, status=429
    )
    wait = int((error.until - clock.now()).total_seconds())
    response.headers["Retry-After"] = str(max(wait, 1))
    return response
