"""The page of an invited partner professional: no account, a link that only they have.

Reading changes nothing, since mail scanners open links: an answer is a POST from a person.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import PairInvitation
from bookings.notifications.notify import language_of
from bookings.parties import conflicts
from bookings.partner_pages.forms import CouldComeForm
from bookings.partner_pages.presenters import pair_page
from bookings.partners import invitations
from bookings.partners import mail as pair_mail
from bookings.public.secret_links import in_language, is_long_over
from bookings.visibility import APPOINTMENT, Reader, hidden_from
from office.core import tokens
from office.core.http import unlisted
from office.staff.audience import by_link

View = Callable[[HttpRequest, PairInvitation], HttpResponse]


def invited(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """Give the view the invitation, in the partner's language; 404 whatever is wrong with the link."""

    @by_link
    @wraps(view)
    def run(request: HttpRequest, token: str) -> HttpResponse:
        invitation = (
            PairInvitation.objects.select_related(
                "appointment__service",
                "appointment__room",
                "professional__user",
                "professional__organisation",
                "service_point",
            )
            .defer(*hidden_from(Reader.INVITED_PARTNER, APPOINTMENT, "appointment__"))
            .filter(link_hash=tokens.hash_token(token))
            .first()
        )
        if invitation is None or is_long_over(invitation.ends_at):
            raise Http404
        if invitation.professional_id in conflicts.barred_from(invitation.appointment_id):
            raise Http404
        language = language_of(invitation.professional)
        return unlisted(in_language(request, language, lambda: view(request, invitation)))

    return run


@require_safe
@invited
def page(request: HttpRequest, invitation: PairInvitation) -> HttpResponse:
    return _page(request, invitation, CouldComeForm())


def _page(
    request: HttpRequest, invitation: PairInvitation, form: CouldComeForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "shown": pair_page(invitation),
        "token": pair_mail.token_of(invitation),
        "form": form,
    }
    return render(request, "bookings/partner_pages/page.html", context, status=status)


@require_POST
@invited
def answer(request: HttpRequest, invitation: PairInvitation) -> HttpResponse:
    reply, asked = request.POST.get("answer"), request.POST.get("asked", "")
    form = CouldComeForm(request.POST)
    if not form.is_valid():
        return _page(request, invitation, form, status=422)
    if reply in ("yes", "no") and asked.isdecimal() and len(asked) < 5:
        try:
            invitations.answer(
                invitation.pk,
                accepts=reply == "yes",
                asked_times=int(asked),
                could_come=form.cleaned_data["could_come"],
            )
        except (NotPossibleError, ChangedMeanwhileError):
            messages.warning(
                request,
                _(
                    "This could not be done, because something has changed. Below you see how it is "
                    "now."
                ),
            )
    return redirect("public:pair", token=pair_mail.token_of(invitation))


@require_safe
@invited
def calendar(request: HttpRequest, invitation: PairInvitation) -> HttpResponse:
    if not pair_page(invitation).has_file:
        raise Http404
    response = HttpResponse(
        pair_mail.calendar_of(invitation, invitation.appointment),
        content_type="text/calendar; charset=utf-8",
    )
    response.headers["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    return response
