"""When a parent can come, marked on their own page for a joint time."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bookings.joint_times import actions as joint_times
from bookings.joint_times.common_times import Marks
from bookings.joint_times.guards import may_mark, may_search, search_of
from bookings.joint_times.marking import marking_of
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Party
from bookings.personal.access import changed_meanwhile, personal, to_page
from bookings.self_service.personal_links import token_of
from office.core.http import get_or_post


@get_or_post
@personal
def mark(request: HttpRequest, party: Party) -> HttpResponse:
    appointment = party.appointment
    search = search_of(appointment)
    possible = party.rules.is_side and may_search(appointment)
    if search is None or not may_mark(search) or not possible:
        if request.method == "POST":
            changed_meanwhile(request)
        return to_page(party)
    own = joint_times.own_marks(search, party)
    marking = marking_of(request, appointment, search, own or Marks())
    if marking.kept is not None:
        try:
            joint_times.keep_marks(party.pk, marking.kept)
        except NotPossibleError:
            changed_meanwhile(request)
        else:
            messages.success(request, _("Thank you. What you have marked is kept."))
        return to_page(party)
    return render(
        request,
        "bookings/personal/joint.html",
        {
            "appointment": appointment,
            "search": search,
            "picture": marking.picture,
            "error": marking.error,
            "has_marked": own is not None or request.method == "POST",
            "token": token_of(party),
        },
        status=422 if marking.error else 200,
    )
