"""The partner's page behind the code of a slip. Reading it uses nothing up: previews open links."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.lifecycle.transitions import NotPossibleError
from bookings.public.secret_links import opened_by
from office.core.http import address_of, get_or_post
from office.staff.audience import for_anyone
from office.staff.rate_limits import TooManyTriesError, count_try
from referrals.hand_over import actions
from referrals.hand_over.actions import Slip
from referrals.hand_over.codes import is_code, partner_path
from referrals.hand_over.forms import SlipCodeForm
from referrals.hand_over.presenters import partner_view
from referrals.models import ReferralState

TYPED_AN_HOUR = 20


def _by_code(token: str) -> Slip | None:
    """Find the slip of the code, while its link opens anything."""
    referral = actions.by_code(token) if is_code(token) else None
    if referral is None or referral.state in ReferralState.ended():
        return None
    return Slip(referral, token)


with_slip = opened_by(_by_code)


@for_anyone
@get_or_post
def enter_code(request: HttpRequest) -> HttpResponse:
    """Let a partner type the code from paper."""
    form = SlipCodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        try:
            count_try(
                "slip code", address_of(request), limit=TYPED_AN_HOUR, every=timedelta(hours=1)
            )
        except TooManyTriesError:
            messages.error(request, _("Too many codes have been tried from here. Try again later."))
            return render(request, "referrals/hand_over/enter.html", {"form": form}, status=429)
        if form.is_valid():
            return redirect(partner_path(form.cleaned_data["code"]))
        status = 422
    return render(request, "referrals/hand_over/enter.html", {"form": form}, status=status)


@require_safe
@with_slip
def page(request: HttpRequest, slip: Slip) -> HttpResponse:
    """Show whose slip it is, and the buttons."""
    context = {"token": slip.code, "view": partner_view(slip.referral), "words": None}
    return render(request, "referrals/hand_over/partner.html", context)


@require_POST
@with_slip
def show(request: HttpRequest, slip: Slip) -> HttpResponse:
    """Open what was told: for an hour from the first time, then it is deleted."""
    try:
        words = actions.open_slip(slip.code)
    except actions.NotReadableError:
        messages.info(request, _("What was told cannot be read any more."))
        return redirect(partner_path(slip.code))
    slip.referral.refresh_from_db()
    context = {
        "token": slip.code,
        "view": partner_view(slip.referral),
        "words": [(str(item.label), text) for item, text in words],
    }
    return render(request, "referrals/hand_over/partner.html", context)


@require_POST
@with_slip
def answer(request: HttpRequest, slip: Slip) -> HttpResponse:
    try:
        actions.answer(slip.referral.pk, request.POST.get("answer", ""))
    except NotPossibleError:
        messages.warning(
            request, _("This cannot be answered like that now. Below you see how it stands.")
        )
    else:
        messages.success(request, _("Thank you. The answer has reached us."))
    return redirect(partner_path(slip.code))
