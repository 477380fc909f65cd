"""The personal page: one party's own view of the appointment, behind a link that only they have.

Reading changes nothing, since mail scanners open links: every change is a POST from a person.
"""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings import hooks
from bookings.appointments import answers, calendar_files, impartiality, notified_parties
from bookings.appointments.added_sentences import sentence_of
from bookings.cases.invitations import person_of_code
from bookings.cases.invitations import token_of as invitation_token
from bookings.feedback.actions import may_answer as may_give_feedback
from bookings.interpreters.presenters import own_interpreters
from bookings.joint_times import presenters as joint_times
from bookings.lifecycle.by_video import channel_of
from bookings.lifecycle.notice_time import notice_until
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import (
    Appointment,
    CasePerson,
    EarlierWish,
    EventKind,
    MoveRequest,
    OtherParent,
    Party,
    TimeOffer,
)
from bookings.notifications.notify import Introduction, named_in_notice
from bookings.parties.records import PartyDetails
from bookings.personal.access import (
    also_by_invitation,
    changed_meanwhile,
    personal,
    shows_invitation,
    to_page,
    too_many,
)
from bookings.personal.forms import InvitationCodeForm, PartyCancelForm, TakeUpForm
from bookings.personal.presenters import added_for, other_parent_answer, visit_state
from bookings.personal.role_words import brings_papers, others_attending, words_for
from bookings.personal.sent_again import remember_sent, sent_before
from bookings.personal.video import video_meeting
from bookings.preparation.presenters import own_papers
from bookings.preparation.sealed import things_to_bring
from bookings.public.forms import party_details
from bookings.self_service import channels as own_contacts
from bookings.self_service import personal_links
from bookings.self_service.personal_links import code_to_pass_on, token_of
from bookings.waiting_list import wishes as earlier
from bookings.words_before.actions import may_offer
from office.calendar.occupancy import retrying
from office.core import clock
from office.core.http import address_of, get_or_post
from office.core.own_codes import own_code
from office.models import Channel, Unit
from office.staff.audience import by_link, for_anyone
from office.staff.rate_limits import TooManyTriesError, count_try

CODES_OF_AN_ADDRESS_AN_HOUR = 10

USED = gettext_lazy(
    "We could not take these details: the invitation has been used already, or something has changed. "
    "If you have given us your details before, your own page opens by the link in our latest message. "
    "You can also call us."
)


@require_safe
@also_by_invitation
def short(request: HttpRequest, party: Party) -> HttpResponse:
    """Redirect from the address in messages, which is short enough for one text message."""
    return redirect("public:appointment", token=request.path.split("/")[2])


@require_safe
@also_by_invitation
def page(request: HttpRequest, party: Party) -> HttpResponse:
    appointment = party.appointment
    unexpired = list(
        appointment.time_offers.unexpired(clock.now()).select_related("service_point", "claim")
    )
    is_invitation = shows_invitation(party)
    is_ahead = answers.has_not_begun(appointment) and party.left_at is None
    offers = [offer for offer in unexpired if offer.wish_id is None] if is_ahead else []
    is_asked = is_ahead if is_invitation else answers.may_answer(party, appointment)
    own_move = (
        appointment.move_requests.filter(party=party)
        .select_related("service_point")
        .order_by("-created_at", "-pk")
        .first()
        if answers.may_ask_to_move(party, appointment) and not is_invitation
        else None
    )
    channel = appointment.channel if is_invitation else channel_of(party, appointment)
    joint = None if is_invitation else joint_times.own_notice(party, appointment)
    # No time is agreed: there is nothing yet to say yes to.
    is_asked = is_asked and not (joint and appointment.is_undecided)
    context: dict[str, Any] = {
        "party": party,
        "appointment": appointment,
        "token": token_of(party),
        "point": appointment.service_point,
        "joins_by_video": channel != appointment.channel,
        "visit_state": visit_state(
            party,
            appointment,
            channel=channel,
            now=clock.now(),
            is_asked=is_asked,
            is_shared=is_invitation,
            # What its owner has done since would show in an invitation otherwise.
            is_moved=not is_invitation and notified_parties.knew_another_time(party, appointment),
            offered_until=min((offer.expires_at for offer in offers), default=None),
            decline_reason=_decline_reason(appointment),
            is_searched=joint is not None,
        ),
        "is_asked": is_asked,
        "introduction": _introduction(party),
        "is_invitation": is_invitation,
        # Of an invitation not: who else has it could pass for its owner.
        "own_code": "" if is_invitation else own_code(party.link_nonce),
        "must_take_up": is_invitation and is_ahead,
        "has_file": _has_file(party, appointment),
        "role_words": words_for(party),
    }
    if not is_invitation:
        pages = (find(party, token_of(party)) for find in hooks.ARRIVAL_PAGES)
        context |= {
            "arrival": next((found for found in pages if found), None),
            "video": video_meeting(party, appointment, Unit.get())
            if channel == Channel.VIDEO
            else None,
            "interpreters": own_interpreters(party, appointment) if is_ahead else [],
            "code_to_pass_on": code_to_pass_on(appointment) if party.is_requester else "",
            "bring": [item.text for item in things_to_bring(appointment)]
            if brings_papers(party)
            else [],
            "papers": own_papers(request, party, token_of(party)) if brings_papers(party) else None,
            "others": others_attending(party, appointment),
            "added": added_for(party, sentence_of(appointment)),
            "other_parent_answer": other_parent_answer(party, appointment),
            "is_informed_alike": party.rules.is_side and impartiality.promised(appointment),
            "informed_alike": impartiality.proof_for_parents(appointment)
            if party.rules.is_side
            else None,
            "offers": offers if answers.may_choose(party, appointment) else [],
            "move": own_move if _has_outcome(own_move, MoveRequest.Outcome.OPEN) else None,
            "was_kept": _has_outcome(own_move, MoveRequest.Outcome.KEPT),
            "may_wish_earlier": earlier.may_wish(party, appointment),
            "earlier_wish": own_earlier_wish(party),
            "joint": joint,
            **_earlier_offer(party, unexpired),
            "may_write_word": may_offer(party),
            "may_give_feedback": may_give_feedback(party),
            "may_move": answers.may_ask_to_move(party, appointment),
            "may_cancel": answers.may_cancel(party, appointment),
            **notice_context(appointment),
            "may_change_contacts": own_contacts.may_change_contacts(party, appointment),
        }
    return render(request, "bookings/personal/page.html", context)


def _introduction(party: Party) -> list[str]:
    """Say why we write and how we know of them, to one who did not ask us and has not answered yet.

    An invitation that was used says the same as before, so that nobody sees that it was.
    """
    by_other = party.given_by_other
    if shows_invitation(party):
        by_other |= party.appointment.other_parent == OtherParent.GIVEN
        return Introduction(Unit.get(), by_other=True).sentences if by_other else []
    if not party.is_asked or not notified_parties.did_not_ask(party, party.appointment):
        return []
    if CasePerson.objects.filter(party=party).exists():
        return [named_in_notice()]
    return Introduction(Unit.get(), by_other=by_other).sentences


def own_earlier_wish(party: Party) -> EarlierWish | None:
    """Return the party's own wish for an earlier time, while it waits."""
    return EarlierWish.objects.waiting().filter(party=party).first()


def _earlier_offer(party: Party, unexpired: Iterable[TimeOffer]) -> dict[str, Any]:
    """Return the earlier time about which the party is asked, and their answer."""
    offer = next((offer for offer in unexpired if offer.wish_id is not None), None)
    ask = offer.asks.filter(party=party).first() if offer else None
    return {"earlier_offer": offer, "earlier_ask": ask} if ask else {}


def _has_outcome(move: MoveRequest | None, outcome: MoveRequest.Outcome) -> bool:
    return move is not None and move.outcome == outcome


def _decline_reason(appointment: Appointment) -> str:
    if not appointment.is_declined:
        return ""
    event = appointment.events.filter(what=EventKind.DECLINED).order_by("-at", "-pk").first()
    return event.reason if event else ""


def _has_file(party: Party, appointment: Appointment) -> bool:
    return appointment.is_confirmed and answers.has_not_begun(appointment) and party.left_at is None


@require_safe
@also_by_invitation
def calendar(request: HttpRequest, party: Party) -> HttpResponse:
    if not _has_file(party, party.appointment):
        raise Http404
    response = HttpResponse(
        calendar_files.calendar_of(party, party.appointment),
        content_type="text/calendar; charset=utf-8",
    )
    response.headers["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    return response


@require_POST
@also_by_invitation
def answer(request: HttpRequest, party: Party) -> HttpResponse:
    reply = request.POST.get("answer")
    if shows_invitation(party):
        _answer_invitation(request, party, reply)
    elif reply in ("yes", "no"):
        try:
            answers.answer_invitation(party.pk, accepts=reply == "yes")
        except NotPossibleError:
            changed_meanwhile(request)
    return to_page(party)


def _answer_invitation(request: HttpRequest, party: Party, reply: str | None) -> None:
    """Decline an invitation, in words that are true whether or not it has been used."""
    if reply != "no" or not answers.has_not_begun(party.appointment):
        changed_meanwhile(request)
        return
    if not party.is_by_invitation:
        try:
            answers.answer_invitation(party.pk, accepts=False)
        except NotPossibleError:
            changed_meanwhile(request)
            return
    # Shown once, to this browser: the other parent may open the same link.
    messages.success(
        request,
        _(
            "You have told us that you cannot come. If this invitation was used already, answer on your "
            "own page instead: its link is in our latest message."
        ),
    )


@get_or_post
@personal
def cancel(request: HttpRequest, party: Party) -> HttpResponse:
    if request.method == "POST":
        try:
            answers.cancel_visit(party.pk, why=PartyCancelForm(request.POST).reason)
        except NotPossibleError:
            changed_meanwhile(request)
        return to_page(party)
    if not answers.may_cancel(party, party.appointment):
        return to_page(party)
    return render(
        request,
        "bookings/personal/cancel.html",
        {
            "appointment": party.appointment,
            "token": token_of(party),
            "form": PartyCancelForm(),
            **notice_context(party.appointment),
        },
    )


def notice_context(appointment: Appointment) -> dict[str, object]:
    """Return until when to cancel or move, and whether that has passed: shown before it is pressed."""
    unit = Unit.lazy()
    until = notice_until(appointment, unit) if appointment.is_agreed else None
    is_late = until is not None and until < clock.now()
    # The unit as well, so that the page does not fetch it a second time.
    return {"notice_until": until, "is_late": is_late, "unit": unit}


@by_link
@get_or_post
@also_by_invitation
def details(request: HttpRequest, party: Party) -> HttpResponse:
    """Take an invited parent's own details. The link changes with them; sent twice, it still arrives."""
    again = sent_before(request)
    if again is not None:
        return to_page(again)
    if not shows_invitation(party) or not answers.has_not_begun(party.appointment):
        return to_page(party)
    posted = request.POST if request.method == "POST" else None
    initial = {"language": get_language(), "key": secrets.token_urlsafe(18)}
    by_phone = party.appointment.channel == Channel.PHONE
    form = TakeUpForm(posted, by_phone=by_phone, initial=initial)
    form.ask_for_channel(party.appointment.channel)
    if posted is not None and form.is_valid():
        try:
            if party.is_by_invitation:
                raise NotPossibleError
            own = _take_up(party.pk, party_details(form.cleaned_data), form.cleaned_data["key"])
        except NotPossibleError:
            again = sent_before(request)
            if again is not None:
                return to_page(again)
            form.add_error(None, USED)
        else:
            messages.success(
                request,
                _(
                    "Thank you. This page is now yours alone, and its address is new: save it. "
                    "We have also sent it to you, if you allowed messages."
                ),
            )
            return to_page(own)
    return render(
        request,
        "bookings/personal/details.html",
        {"appointment": party.appointment, "form": form, "token": token_of(party)},
        status=409 if form.non_field_errors() else 200,
    )


@retrying
def _take_up(party_id: int, given: PartyDetails, key: str) -> Party:
    party = answers.take_up_invitation(party_id, given)
    remember_sent(key, party)
    return party


@for_anyone
@get_or_post
def enter_code(request: HttpRequest) -> HttpResponse:
    """Open the invited party's page by the code of an invitation."""
    form = InvitationCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            count_try(
                "invitation",
                address_of(request),
                limit=CODES_OF_AN_ADDRESS_AN_HOUR,
                every=timedelta(hours=1),
            )
        except TooManyTriesError as error:
            return too_many(request, error)
        party = personal_links.open_code(form.cleaned_data["code"])
        if party is not None:
            return to_page(party)
        invited = person_of_code(form.cleaned_data["code"])
        if invited is not None:
            return redirect("public:invitation", invitation_token(invited))
        # The same for a wrong code, one whose visit is long over and one that never was.
        form.add_error(
            "code", _("There is no invitation with this code. Check the code, or call us.")
        )
    response = render(request, "bookings/personal/enter_code.html", {"form": form})
    add_never_cache_headers(response)
    return response
