"""A partner's own page behind their link: their evenings, and how many have signed up. No names."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.public.secret_links import opened_by
from evenings.models import Evening, OrganiserLink
from evenings.partner_pages.forms import ProposalForm
from evenings.partner_pages.presenters import partner_rows
from evenings.partners.links import evenings_of, link_by_token, may_edit
from evenings.partners.proposals import change_proposal, propose
from evenings.planning.errors import PlanningError
from evenings.planning.labels import sentences_of
from office.core import clock
from office.core.http import get_or_post
from office.staff.rate_limits import TooManyTriesError, count_try

SENDINGS_AN_HOUR = 30
# So long past evenings stay on the page.
PAST = timedelta(days=60)

with_link = opened_by(link_by_token)


@require_safe
@with_link
def page(request: HttpRequest, link: OrganiserLink) -> HttpResponse:
    """List the partner's evenings with numbers."""
    rows = partner_rows(
        evenings_of(link.organisation, clock.now() - PAST), organisation=link.organisation
    )
    context = {"link": link, "token": link.token, "rows": rows}
    return render(request, "evenings/partner_pages/page.html", context)


@get_or_post
@with_link
def add(request: HttpRequest, link: OrganiserLink) -> HttpResponse:
    """Propose evenings, which the unit publishes."""
    form = ProposalForm(
        request.POST if request.method == "POST" else None, initial={"languages": ["fi"]}
    )

    def save() -> None:
        propose(form.proposals(), link=link)

    return _form_page(request, link, form, save, _("Sent. The unit checks and publishes it."))


@get_or_post
@with_link
def edit(request: HttpRequest, link: OrganiserLink, pk: int) -> HttpResponse:
    """Change a proposal that is not published yet."""
    evening: Evening = get_object_or_404(
        Evening.objects.select_related("kind"), pk=pk, proposed_by=link.organisation
    )
    if not may_edit(evening, link.organisation):
        messages.info(
            request, _("The unit looks after this evening now. Ask the unit to change it.")
        )
        return redirect("evening_partner:page", link.token)
    form = ProposalForm(
        request.POST if request.method == "POST" else None,
        initial=ProposalForm.initial_of(evening),
        is_one=True,
        kinds=[evening.kind_id],
    )

    def save() -> None:
        (facts,) = form.each_facts()
        change_proposal(evening.pk, facts, link=link)

    return _form_page(request, link, form, save, _("The proposal was changed."))


def _form_page(
    request: HttpRequest,
    link: OrganiserLink,
    form: ProposalForm,
    save: Callable[[], None],
    done: str,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            hour = timedelta(hours=1)
            count_try("evening partner", str(link.pk), limit=SENDINGS_AN_HOUR, every=hour)
            save()
        except TooManyTriesError:
            form.add_error(None, _("Too much was sent in an hour. Try again later."))
        except PlanningError as error:
            for sentence in sentences_of(error):
                form.add_error(None, sentence)
        except ValidationError as error:
            form.take_errors(error)
        else:
            messages.success(request, done)
            return redirect("evening_partner:page", link.token)
    context = {"link": link, "token": link.token, "form": form}
    status = 422 if form.errors else 200
    return render(request, "evenings/partner_pages/form.html", context, status=status)
