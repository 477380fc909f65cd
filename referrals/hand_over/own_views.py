"""The person's own page: how it stands, and taking the consent back."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.lifecycle.transitions import NotPossibleError
from bookings.public.secret_links import invalid_link, unlisted
from office.staff.audience import by_link
from referrals.hand_over import actions
from referrals.hand_over.presenters import own_headline, told_labels
from referrals.models import Referral, ReferralState

View = Callable[[HttpRequest, str, Referral], HttpResponse]


def personal(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """Give the view the referral of the person's own link, in the language of the slip."""

    @by_link
    @wraps(view)
    def run(request: HttpRequest, token: str) -> HttpResponse:
        referral = actions.by_own_link(token)
        if referral is None:
            return invalid_link(request)
        was_chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        with override(get_language() if was_chosen else referral.language):
            response = view(request, token, referral)
            response.headers["Content-Language"] = get_language() or "fi"
        return unlisted(response)

    return run


@require_safe
@personal
def page(request: HttpRequest, token: str, referral: Referral) -> HttpResponse:
    """The words themselves are not shown: whoever finds the slip reads nothing of them here."""
    tone, headline, sentence = own_headline(referral)
    context = {
        "token": token,
        "referral": referral,
        "tone": tone,
        "headline": headline,
        "sentence": sentence,
        "told": told_labels(referral),
        "may_take_back": actions.may_become(referral, ReferralState.WITHDRAWN),
    }
    return render(request, "referrals/hand_over/own.html", context)


@require_POST
@personal
def take_back(request: HttpRequest, token: str, referral: Referral) -> HttpResponse:
    try:
        actions.take_back(referral.pk)
    except NotPossibleError:
        messages.info(request, _("It has been closed already."))
    return redirect(actions.own_path(referral))
