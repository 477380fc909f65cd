"""The waiting list at the desk: its order, live offers, adding and removing, answers by phone."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bookings.appointments.undo import remember, undoably
from bookings.desk_kit.act import act
from bookings.desk_kit.fetch import appointment_or_404, party_or_404
from bookings.lifecycle.phone_visits import may_be_called
from bookings.lifecycle.references import normal_code
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment, EarlierAsk, EarlierWish, Party, UndoKind
from bookings.phone import caller_views
from bookings.self_service.caller_check import parties_with
from bookings.waiting_list import offers as earlier_offers
from bookings.waiting_list import queries as waiting_list
from bookings.waiting_list import wishes as earlier
from bookings.waiting_list.forms import DeskEarlierForm
from bookings.waiting_list.presenters import suitability_label, waiting_rows
from office.core import clock
from office.core.http import get_or_post
from office.models import AccessAction, AccessReason
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary


@require_safe
@secretary
def waiting(request: StaffRequest) -> HttpResponse:
    """List who waits, in order. No client's data is in it."""
    rows = waiting_rows(waiting_list.wishes())
    return render(
        request,
        "bookings/waiting_list/waiting_list.html",
        {"rows": rows, "now": clock.now(), "counters": {"waiting": len(rows)}},
    )


@require_POST
@secretary
def look(request: StaffRequest) -> HttpResponse:
    """Run the list now, as the worker does every five minutes."""
    done = earlier_offers.sweep()
    if done:
        sentence = ngettext("%(count)s thing done.", "%(count)s things done.", done)
        messages.success(request, sentence % {"count": done})
    else:
        messages.info(request, _("Nothing to offer now. The reason is next to each."))
    return redirect("staff:waiting_list")


@require_POST
@secretary
def add(request: StaffRequest) -> HttpResponse:
    """Redirect to the page of the appointment with this reference code."""
    code = normal_code(request.POST.get("code", "").replace("\0", ""))
    reference = f"{code[:3]}-{code[3:]}" if len(code) == 6 else ""
    if reference and Appointment.objects.filter(reference=reference).exists():
        return redirect("staff:earlier", reference=reference)
    for party in parties_with(code):
        return redirect("staff:earlier", reference=party.appointment.reference)
    messages.error(request, _("No appointment has this reference code."))
    return redirect("staff:waiting_list")


@get_or_post
@secretary
def of_appointment(request: StaffRequest, reference: str) -> HttpResponse:
    """Show one appointment's wishes and live offer, and add a wish for a party."""
    appointment = appointment_or_404(reference)
    note_access(
        request.user,
        appointment.reference,
        action=AccessAction.CORRECT if request.method == "POST" else AccessAction.READ,
        reason=AccessReason.BOOKING,
    )
    parties = [p for p in appointment.parties.all() if earlier.may_wish(p, appointment)]
    party = _chosen(request, parties)
    wish = EarlierWish.objects.waiting().filter(party=party).first() if party else None
    form = DeskEarlierForm(
        request.POST if request.method == "POST" else None,
        appointment=appointment,
        initial=DeskEarlierForm.initial_of(wish, appointment),
    )
    if request.method == "POST" and party is not None and form.is_valid():
        wanted = form.wanted()
        chosen = party.pk

        def keep() -> None:
            earlier.wish(chosen, wanted, user=request.user)

        return act(request, appointment, keep, done=_("the wish for an earlier time is kept."))
    offer, on_the_line = earlier.live_offer(appointment), caller_views.marked(request.session)
    return render(
        request,
        "bookings/waiting_list/earlier.html",
        {
            "appointment": appointment,
            "parties": parties,
            "party": party,
            "wish": wish,
            "suits": suitability_label(wish) if wish else "",
            "form": form,
            "offer": offer,
            "asks": [
                (ask, on_the_line == ask.party_id, may_be_called(ask.party))
                for ask in EarlierAsk.objects.filter(offer=offer)
                .select_related("party")
                .order_by("pk")
            ],
        },
        status=422 if form.errors else 200,
    )


def _chosen(request: StaffRequest, parties: list[Party]) -> Party | None:
    """Return the party that the form is about: the one named, or the only one."""
    given = request.POST.get("party") or request.GET.get("party") or ""
    named = [party for party in parties if str(party.pk) == given]
    if named:
        return named[0]
    return parties[0] if len(parties) == 1 else None


@require_POST
@secretary
def do(request: StaffRequest, reference: str, pk: int, what: str) -> HttpResponse:
    """Remove one party from the list, or record their answer given on the phone."""
    appointment = appointment_or_404(reference)
    party = party_or_404(appointment, pk)
    offer = request.POST.get("offer", "")
    given = int(offer) if offer.isdecimal() and len(offer) < 18 else 0

    def off() -> None:
        earlier.withdraw(party.pk, user=request.user)

    def answered() -> None:
        earlier.answer(party.pk, given, accepts=what == "yes", user=request.user)

    choices = {
        "off": (off, _("off the list for earlier times.")),
        "yes": (answered, _("noted that the earlier time suits.")),
        "no": (answered, _("noted that the earlier time does not suit. The time stays.")),
    }
    if what not in choices:
        raise Http404
    if what != "off" and not caller_views.is_known(request, party):
        caller_views.refuse_unknown(request)
        return redirect("staff:request", reference=appointment.reference)
    action, done = choices[what]
    undo_as = None if what == "off" else UndoKind.ANSWERED
    response = act(request, appointment, action, done=done, undo_as=undo_as)
    return redirect("staff:waiting_list") if request.POST.get("in_list") else response


@require_POST
@secretary
def take_back(request: StaffRequest, reference: str) -> HttpResponse:
    """End the offer that stands."""
    appointment = appointment_or_404(reference)
    try:
        _result, undoable = undoably(
            lambda: earlier.take_back(appointment.pk, user=request.user),
            what=UndoKind.EARLIER_ENDED,
            user=request.user,
            appointments=[appointment.pk],
        )
    except NotPossibleError:
        messages.info(request, _("No earlier time is offered any more."))
    else:
        remember(request.session, undoable)
    return redirect("staff:waiting_list")
