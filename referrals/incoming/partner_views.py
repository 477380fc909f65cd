"""A partner's own page behind the standing link: refer somebody to a call-back time."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.availability.call_slots import free_calls
from bookings.call_backs.actions import CallTimeTakenError, NotOfferedError
from bookings.models import CallBack
from bookings.public.secret_links import opened_by
from office.core import dates
from office.core.http import get_or_post
from office.core.languages import LANGUAGES
from office.models import Unit
from office.staff.rate_limits import TooManyTriesError
from referrals.incoming.forms import ReferForm
from referrals.incoming.links import link_by_token, refer, referred_lately
from referrals.incoming.presenters import referred
from referrals.models import PartnerLink

with_link = opened_by(link_by_token)


@get_or_post
@with_link
def page(request: HttpRequest, link: PartnerLink) -> HttpResponse:
    """Show the form, and what became of the earlier ones."""
    unit = Unit.get()
    asked = request.GET.get("language", "")
    language = asked if asked in dict(LANGUAGES) else "fi"
    free = free_calls(unit, language=language)
    form = ReferForm(
        request.POST if request.method == "POST" else None,
        starts=free.starts,
        language=language,
        reader=get_language() or "fi",
    )
    status = 200
    if request.method == "POST":
        if form.is_trapped:
            # A robot is told nothing, and nothing is sent.
            return redirect(link.path)
        status = _send(request, link, form, unit)
        if status == 302:
            return redirect(link.path)
    context = {
        "link": link,
        "form": form,
        "has_times": bool(free.starts),
        "language": language,
        "languages": LANGUAGES,
        "referred": referred(referred_lately(link)),
    }
    return render(request, "referrals/incoming/partner.html", context, status=status)


def _send(request: HttpRequest, link: PartnerLink, form: ReferForm, unit: Unit) -> int:
    """Reserve the call; the status of the answer, with what went wrong in the form."""
    is_valid = form.is_valid()
    made = form.made_before(link.organisation)
    if made is not None:
        # Pressed twice, or sent again after going back: the time is in use by this very call.
        return _received(request, made)
    if not is_valid:
        return 422
    try:
        call = refer(link, form.wanted, unit=unit)
    except (CallTimeTakenError, NotOfferedError):
        form.add_error("time", _("That time is not free any more. Choose another one."))
        return 409
    except TooManyTriesError:
        messages.error(request, _("Too many have been referred in an hour. Please call us."))
        return 429
    return _received(request, call)


def _received(request: HttpRequest, call: CallBack) -> int:
    messages.success(
        request,
        _("Received. We call %(when)s. The code is %(code)s.")
        % {"when": dates.when(call.starts_at, get_language()), "code": call.reference},
    )
    return 302
