"""From the personal page: preparing for the visit. The papers have a key of their own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bookings.models import Party
from bookings.personal.access import changed_meanwhile, personal, to_page, too_many
from bookings.personal.role_words import brings_papers
from bookings.preparation import device, sealed
from bookings.preparation.forms import BeginForm
from bookings.preparation.presenters import own_papers
from bookings.preparation.questions import SHEETS
from bookings.self_service.personal_links import token_of
from office.core import sealing
from office.core.http import get_or_post
from office.staff.rate_limits import TooManyTriesError


@get_or_post
@personal
def prepare(request: HttpRequest, party: Party) -> HttpResponse:
    """Begin papers: their key is the address of the next page."""
    appointment, link = party.appointment, token_of(party)
    if not (brings_papers(party) and sealed.may_prepare(appointment)):
        return to_page(party)
    form = BeginForm(request.POST if request.method == "POST" else None)
    sent = request.POST.get("key", "")
    # A form that is sent twice, or whose answer was lost, means the same papers.
    key = sent if sealing.is_token(sent) else sealing.new_token()
    if form.is_bound and form.is_valid():
        try:
            sealed.begin_papers(party, key)
        except sealed.NothingToPrepareError:
            changed_meanwhile(request)
            return to_page(party)
        except TooManyTriesError as error:
            return too_many(request, error)
        response = redirect("public:papers", key)
        if form.cleaned_data["remember"]:
            device.remember(response, party, key)
        return response
    context = {
        "token": link,
        "form": form,
        "key": key,
        "bring": sealed.things_to_bring(appointment),
        "sheets": [SHEETS[one] for one in sealed.forms_asked(appointment)],
        "own": own_papers(request, party, link),
        "kept_days": sealed.KEPT.days,
    }
    return render(request, "bookings/personal/prepare.html", context)
