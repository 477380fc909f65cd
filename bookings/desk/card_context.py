"""Fetch one request with all that its card shows, and log that it was read."""

from django.db.models import Prefetch, prefetch_related_objects

from bookings.absences.presenters import query_of
from bookings.absences.proposals import absence_behind
from bookings.appointments import separate_visits
from bookings.appointments.matter_changes import is_too_short
from bookings.cases.next_visit import may_book_next
from bookings.cases.presenters import visit_label
from bookings.desk.card import card_of
from bookings.desk.forms import (
    DeclineForm,
    PersonNoteForm,
    StaffCancelForm,
    TalkForm,
    VideoLinkForm,
)
from bookings.desk.phone_answers import phone_answers
from bookings.desk_kit.fetch import appointments
from bookings.desk_kit.labels import by_video_label
from bookings.desk_kit.leaving import leaving_label
from bookings.desk_kit.letters import letters_about
from bookings.desk_kit.sentence_form import SentenceForm
from bookings.interpreters.presenters import card_interpreters
from bookings.joint_times.presenters import joint_card
from bookings.lifecycle.contact_consent import must_ask_first
from bookings.lifecycle.protection import must_agree_moved_place, must_agree_place
from bookings.lifecycle.video_links import lead_of, link_of, may_have_link
from bookings.models import Appointment, MoveRequest, Party
from bookings.outcomes.invitations import may_invite_again
from bookings.parties import conflicts
from bookings.parties.duplicates import look_alikes
from bookings.parties.notes import notes_on
from bookings.partner_pages.card import partner_cards
from bookings.partners.invitations import may_ask
from bookings.phone import caller_views
from bookings.waiting_list.wishes import may_wish
from bookings.words_before.queries import with_words
from office.core import clock
from office.models import AccessAction, AccessReason, Professional, Unit
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest


def card_context(
    request: StaffRequest,
    appointment: Appointment,
    *,
    revealed: int | None = None,
    person_form: tuple[int, PersonNoteForm] | None = None,
) -> dict[str, object]:
    """Return the card's context. The read is logged here, so that no page shows a card unlogged."""
    note_access(
        request.user, appointment.reference, action=AccessAction.READ, reason=AccessReason.BOOKING
    )
    # Kept on the appointment, so that the guards ask for them no more.
    prefetch_related_objects(
        [appointment],
        Prefetch(
            "parties",
            with_words(Party.objects.filter(left_at=None)).order_by("-is_requester", "pk"),
        ),
    )
    parties = list(appointment.parties.all())
    found = look_alikes([appointment.pk]).get(appointment.pk, [])
    others = {
        other.pk: other for other in appointments().filter(pk__in=[d.appointment for d in found])
    }
    card = card_of(
        appointment,
        parties=parties,
        events=list(appointment.events.select_related("user", "party").order_by("-at", "-pk")),
        twins=[(others[d.appointment], d) for d in found if d.appointment in others],
        move=appointment.move_requests.filter(outcome=MoveRequest.Outcome.OPEN)
        .select_related("party", "service_point", "room")
        .first(),
        offers=list(appointment.time_offers.to_choose_from().select_related("service_point")),
        revealed=revealed,
        notes=notes_on(parties),
        letters=letters_about(appointment, parties),
        person_form=person_form,
    )
    on_the_line = caller_views.marked(request.session)
    staff = list(appointment.staff.select_related("professional__organisation"))
    other = separate_visits.other_visit(appointment)
    leaving = separate_visits.plan_leaving(appointment, other, Unit.get()) if other else None
    invitations = appointment.pair_invitations.open().select_related("professional__organisation")
    partners = partner_cards(appointment, staff, invitations)
    absence = absence_behind(appointment)
    return {
        "card": card,
        "staff": staff,
        "away_query": query_of(absence) if absence is not None else "",
        "interpreters": card_interpreters(appointment, clock.now()),
        "partners": partners,
        "may_ask_partner": may_ask(appointment),
        "may_wait_for_earlier": any(may_wish(party, appointment) for party in parties),
        "barred": _barred(appointment),
        "decline_form": DeclineForm(auto_id="decline_%s"),
        "cancel_form": StaffCancelForm(auto_id="cancel_%s"),
        "phone_answers": phone_answers(appointment, parties, on_the_line),
        "sentence_form": SentenceForm(auto_id="added_%s"),
        "move_sentence_form": SentenceForm(auto_id="moved_%s"),
        "other_visit": other,
        "leaving": leaving_label(leaving) if leaving is not None else "",
        "on_the_line": on_the_line,
        "is_protected": any(party.is_protected for party in parties),
        "must_agree_place": must_agree_place(appointment),
        "must_agree_moved_place": must_agree_moved_place(card.move) if card.move else False,
        "may_arrange": other is None
        and separate_visits.wants_other(appointment)
        and not must_ask_first(appointment),
        "video_form": VideoLinkForm(auto_id="video_%s", initial={"link": appointment.video_link})
        if may_have_link(appointment)
        else None,
        "lacks_video_link": may_have_link(appointment)
        and appointment.is_confirmed
        and not link_of(appointment),
        "by_video": by_video_label(appointment),
        "video_room": _room_in_use(appointment),
        "may_invite_again": may_invite_again(appointment),
        "is_too_short": appointment.is_open and is_too_short(appointment),
        "joint": joint_card(appointment, on_the_line=on_the_line),
        "of_case": visit_label(appointment),
        "may_book_next": may_book_next(request.user, appointment),
        "talk_form": TalkForm(auto_id="talk_%s"),
    }


def _room_in_use(appointment: Appointment) -> str:
    """Return the address of the lead's own video room, unless another link is set for the visit."""
    if not may_have_link(appointment) or appointment.video_link:
        return ""
    lead = lead_of(appointment)
    return lead.video_room if lead is not None else ""


def _barred(appointment: Appointment) -> list[str]:
    """Return who stays out of the matter, by name."""
    without = conflicts.barred_from(appointment.pk)
    return list(Professional.objects.filter(pk__in=without).values_list("name", flat=True))
