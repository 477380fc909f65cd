"""From the personal page: asking for one's own data, or for its deletion."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bookings.models import DataRequest, Party
from bookings.personal.access import personal
from bookings.retention import requests as own_data
from bookings.self_service.personal_links import token_of
from office.core.http import get_or_post


@get_or_post
@personal
def my_data(request: HttpRequest, party: Party) -> HttpResponse:
    """Let a party ask for their data. It is not shown here: the holder of a link is not identified."""
    token = token_of(party)
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        if kind in DataRequest.Kind.values:
            own_data.ask(party.pk, DataRequest.Kind(kind))
        return redirect("public:my_data", token)
    return render(
        request,
        "bookings/personal/my_data.html",
        {
            "token": token,
            "appointment": party.appointment,
            "asked": list(DataRequest.objects.open().filter(party=party)),
        },
    )
