"""The evenings to come, and signing up for one, for anyone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.public.drafts import address_hash
from evenings.models import Evening, SignUp
from evenings.places.room import ClosedError, NoPlaceError
from evenings.public_pages.forms import SignUpForm
from evenings.public_pages.presenters import evening_row, evening_rows, has_no_place
from evenings.sign_ups.actions import count_sign_up, own_path
from evenings.sign_ups.actions import sign_up as sign_up_for
from office.core import clock
from office.core.http import get_or_post
from office.core.once import made_already
from office.staff.audience import for_anyone
from office.staff.rate_limits import TooManyTriesError


@for_anyone
@require_safe
def evenings(request: HttpRequest) -> HttpResponse:
    """List the published evenings that have not ended, the next one first."""
    now = clock.now()
    rows = evening_rows(Evening.objects.published().upcoming(now).for_list(), now)
    return render(request, "evenings/public_pages/list.html", {"rows": rows})


@for_anyone
@require_safe
def evening(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one evening: what, when, where, in which language, with whom."""
    found = get_object_or_404(Evening.objects.published().for_list(), pk=pk)
    return render(
        request, "evenings/public_pages/evening.html", {"row": evening_row(found, clock.now())}
    )


@for_anyone
@get_or_post
def sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign up; where there is no place, wait for one. What was typed stays."""
    found = get_object_or_404(Evening.objects.published().for_list(), pk=pk)
    now = clock.now()
    if not found.is_open_to_sign_up(now):
        return redirect("evenings:evening", pk=pk)
    waits = has_no_place(found)
    data = request.POST if request.method == "POST" else None
    form = SignUpForm(data, capacity=found.capacity, waits=waits)
    status, is_refused = 200, False
    if request.method == "POST":
        if form.is_trapped:
            # A robot is told nothing, and nobody is signed up.
            return redirect("evenings:list")
        if form.is_valid():
            try:
                return _send(request, form, found)
            except ClosedError:
                return redirect("evenings:evening", pk=pk)
            except NoPlaceError:
                status, is_refused = 409, True
            except TooManyTriesError:
                messages.error(
                    request,
                    _("There have been too many tries from here. Try again later, or call us."),
                )
                status = 429
        else:
            status = 422
    others = Evening.objects.open_to_sign_up(now).exclude(pk=pk).upcoming(now).for_list()
    response = render(
        request,
        "evenings/public_pages/sign_up.html",
        {
            "row": evening_row(found, now),
            "form": form,
            "waits": waits or is_refused,
            "is_refused": is_refused,
            "has_word": is_refused and bool(form.cleaned_data["word"]),
            "others": evening_rows(others, now) if is_refused else [],
        },
        status=status,
    )
    add_never_cache_headers(response)
    return response


def _send(request: HttpRequest, form: SignUpForm, found: Evening) -> HttpResponse:
    key, who = form.key_given, form.attendee(get_language() or "fi")
    if made_already(SignUp, key) is None:
        count_sign_up(address_hash(request), who)
    made = sign_up_for(found.pk, who, made_from=key, waits=form.cleaned_data["waits"])
    return redirect(own_path(made))
