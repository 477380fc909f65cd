"""The person's own page: how it stands, and taking the consent back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.lifecycle.transitions import NotPossibleError
from bookings.public.secret_links import opened_by
from referrals.hand_over import actions
from referrals.hand_over.presenters import disclosed_labels, own_headline
from referrals.models import Referral, ReferralState

personal = opened_by(actions.by_own_link, lambda referral: str(referral.language))


@require_safe
@personal
def page(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Show the page without the words themselves: whoever finds the slip reads nothing of them here."""
    tone, headline, sentence = own_headline(referral)
    context = {
        "token": actions.own_token(referral),
        "referral": referral,
        "tone": tone,
        "headline": headline,
        "sentence": sentence,
        "disclosed": disclosed_labels(referral),
        "may_take_back": actions.may_become(referral, ReferralState.WITHDRAWN),
    }
    return render(request, "referrals/hand_over/own.html", context)


@require_POST
@personal
def take_back(request: HttpRequest, referral: Referral) -> HttpResponse:
    try:
        actions.take_back(referral.pk)
    except NotPossibleError:
        messages.info(request, _("It has been closed already."))
    return redirect(actions.own_path(referral))
