"""A party's own data: asked for, shown, handed over, deleted. Nothing of the other parent's is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from bookings.appointments.added_sentences import sentences_sent
from bookings.appointments.notified_parties import is_informed
from bookings.desk_kit.people_labels import ages_label
from bookings.feedback.actions import has_answered
from bookings.hooks import OWN_DATA, PARTY_FORGOTTEN, KeptElsewhere
from bookings.interpreters.needs import languages_of
from bookings.interpreters.orders import remove_unneeded_orders
from bookings.joint_times.actions import marks_of
from bookings.joint_times.picture import marks_label
from bookings.lifecycle.by_video import channel_of
from bookings.lifecycle.party_access import subjects_of
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import (
    Appointment,
    CasePerson,
    DataRequest,
    EventKind,
    Party,
    Status,
    VisitOutcome,
)
from bookings.parties import notes
from bookings.parties.records import blank_party
from bookings.retention.kept import forget_under, joined, kept_under
from bookings.retention.removal import remove_appointments
from office.calendar.occupancy import retrying
from office.core import clock, live_updates
from office.core.dates import date, when
from office.core.languages import reads_label
from office.core.phones import shown
from office.messaging.outbox import about_visit, text_without_links
from office.models import AccessAction, AccessReason, Channel, OutboxMessage, User
from office.staff.access_log import ONE_PARTY, note_access

Outcome = DataRequest.Outcome
# What happened to the visit, in steps that tell nothing of what the other parent has done.


@dataclass(frozen=True)
class DataSection:
    """What is stored, under one heading: names and values."""

    title: str
    rows: list[tuple[str, str]]


@retrying
def ask(party_id: int, kind: DataRequest.Kind) -> DataRequest:
    """Note the request; pressed twice, it is one. It is to be answered within a month."""
    party = Party.objects.select_for_update(of=("self",)).get(pk=party_id)
    going_on = DataRequest.objects.open().filter(party=party, kind=kind).first()
    if going_on is not None:
        return going_on
    now = clock.now()
    live_updates.announce(live_updates.DESK)
    return DataRequest.objects.create(
        party=party,
        reference=party.appointment.reference,
        kind=kind,
        asked_at=now,
        due_at=clock.local(now) + relativedelta(months=1),
    )


def stored_data(party: Party, *, on_screen: bool = False) -> list[DataSection]:
    """Return all that is kept of this party, in the active language.

    `on_screen`: contact details under non-disclosure, and what was sent to them, stay in the file.
    """
    appointment = party.appointment
    hidden = _("protected: in the file only") if on_screen and party.is_protected else ""
    language = party.language
    safe = [
        (party.call_is_safe, _("may be called")),
        (party.voicemail_is_safe, _("a voicemail may be left")),
        (party.sms_is_safe, _("may be sent a text message")),
        (party.email_is_safe, _("may be sent e-mail")),
    ]
    companions = party.companions.filter(left_at=None).order_by("pk")
    own = [
        (_("Name"), party.name),
        (_("Role"), str(party.get_role_display())),
        (_("Comes along with you"), ", ".join(str(one.get_role_display()) for one in companions)),
        (_("Phone"), (hidden or shown(party.phone)) if party.phone else ""),
        (_("E-mail"), (hidden or party.email) if party.email else ""),
        (_("Given by the other parent"), _("yes") if party.given_by_other else ""),
        (_("Non-disclosure for safety"), _("yes") if party.is_protected else ""),
        (_("What is safe"), ", ".join(str(label) for yes, label in safe if yes)),
        (_("Language"), str(dict(settings.LANGUAGES).get(language, language))),
        (_("Language of reminders"), reads_label(party.reads)),
        (_("Interpreter"), _interpreter(party)),
        (_("Order of the interpreter"), _orders(party)),
        (_("What the visit needs"), ", ".join(party.access_labels)),
        (_("Other needs"), party.needs),
        (_("Message to the secretary"), party.message),
    ]
    place = appointment.service_point.name if appointment.service_point else ""
    visit = [
        (_("Reference code"), appointment.reference),
        (_("Service"), appointment.matters.name),
        (_("Number of children"), str(appointment.children or "") if party.is_requester else ""),
        (_("Status"), str(Status(appointment.status).label)),
        (_("Time"), when(appointment.starts_at, language) if appointment.starts_at else ""),
        (_("Channel"), str(Channel(channel_of(party, appointment)).label)),
        (_("Place"), str(place)),
        *_outcome(party),
        # As the requester gave them.
        (_("Ages of the children"), ages_label(appointment) if party.is_requester else ""),
    ]
    words = [(when(word.sent_at, language), word.text) for word in party.words_before.all()]
    of_case = _case_rows(party, language, hidden)
    note = notes.note_on(party)
    noted = []
    if note is not None:
        text = _("in the file only") if on_screen else note.text
        noted = [(when(note.written_at, language), text)]
    return [
        DataSection(_("What you have told us"), _filled(own)),
        DataSection(_("Your appointment"), _filled(visit)),
        DataSection(_("What happened to it"), _steps(party, language)),
        DataSection(_("Times that you have asked for"), _wishes(party, language)),
        DataSection(_("What you prepare at home"), _papers(party, language)),
        DataSection(_("When you have marked that you can come"), _marks(party, language)),
        *([DataSection(_("The case that your visit belongs to"), of_case)] if of_case else []),
        DataSection(_("Messages to you"), _messages(party, language)),
        *(
            [DataSection(_("Three questions after the visit"), [(_("Answered"), _("yes"))])]
            if has_answered(party)
            else []
        ),
        *[DataSection(kept.title, kept.rows) for kept in _kept_elsewhere(party)],
        *([DataSection(_("What you wrote before the visit"), words)] if words else []),
        *([DataSection(_("What we have noted about you"), noted)] if noted else []),
    ]


def _kept_elsewhere(party: Party) -> list[KeptElsewhere]:
    under = kept_under(own_contacts(party), party.language)
    return joined([*(find(party) for find in OWN_DATA), *under])


def own_contacts(party: Party) -> list[str]:
    """Return the number and address by which other data of this party is found.

    Leave out what the other parent has given for them, and what both use: it may be the other's.
    """
    if party.given_by_other:
        return []
    others = party.appointment.parties.exclude(pk=party.pk).values_list("phone", "email")
    used = {str(contact).casefold() for row in others for contact in row if contact}
    own = [contact for contact in (str(party.phone or ""), party.email) if contact]
    return [contact for contact in own if contact.casefold() not in used]


def _interpreter(party: Party) -> str:
    return " ".join(filter(None, [party.interpreter_label, party.interpreter_words]))


def _orders(party: Party) -> str:
    """Return how the orders of the party's own interpreters stand, and no other's."""
    orders = party.appointment.interpreter_orders.filter(language__in=languages_of(party))
    return ", ".join(str(order.get_state_display()) for order in orders)


def _outcome(party: Party) -> list[tuple[str, str]]:
    """Return how the visit ended, and whether this party came; not who else did."""
    found = VisitOutcome.objects.current().filter(appointment=party.appointment_id).first()
    if found is None:
        return []
    missed = found.absent.filter(pk=party.pk).exists()
    return [
        (_("Outcome"), str(found.get_outcome_display())),
        (_("Attendance"), _("did not come") if missed else ""),
    ]


def _case_rows(party: Party, language: str, hidden: str) -> list[tuple[str, str]]:
    """Return what is kept of the matter, and of the letter to this person."""
    case = party.appointment.case
    if case is None:
        return []
    person = CasePerson.objects.filter(party=party).first()
    rows = [
        (_("Reference code"), case.reference),
        (_("Started by"), str(case.get_started_by_display())),
        (_("Received on"), date(case.received_on, language)),
        (_("Deadline"), date(case.due_on, language) if case.due_on else ""),
    ]
    if person is not None:
        posted = when(person.posted_at, language) if person.posted_at else ""
        rows += [
            (_("Name in the notice"), person.name),
            (_("Postal address"), (hidden or person.post_to) if person.post_to else ""),
            (_("Letter posted"), posted),
        ]
    return _filled(rows)


def _filled(rows: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in rows if value]


def _steps(party: Party, language: str) -> list[tuple[str, str]]:
    events = party.appointment.events.filter(what__in=EventKind.disclosed()).order_by("at", "pk")
    return [(when(e.at, language), str(Status(e.status).label)) for e in events]


def _wishes(party: Party, language: str) -> list[tuple[str, str]]:
    return [
        (when(move.created_at, language), when(move.starts_at, language))
        for move in party.move_requests.order_by("created_at", "pk")
    ]


def _papers(party: Party, language: str) -> list[tuple[str, str]]:
    """Return when papers were begun; what they say opens with the party's own key alone."""
    locked = _("locked with your own key: only you can open or print it")
    begun = party.preparations.order_by("created_at", "pk").values_list("created_at", flat=True)
    return [(when(at, language), locked) for at in begun]


def _marks(party: Party, language: str) -> list[tuple[str, str]]:
    return [
        (when(row.saved_at, language), marks_label(marks_of(row), language))
        for row in party.joint_marks.order_by("pk")
    ]


def messages_to(party: Party) -> QuerySet[OutboxMessage]:
    """Return what was written to this party about the appointment."""
    addresses = [to for to in (str(party.phone or ""), party.email) if to]
    about = about_visit(party.appointment.reference)
    return OutboxMessage.objects.filter(about, to__in=addresses)


def _messages(party: Party, language: str) -> list[tuple[str, str]]:
    return [
        (
            when(m.created_at, language),
            f"{m.subject}\n{text_without_links(m, link='…', code='…')}".strip(),
        )
        for m in messages_to(party).order_by("created_at", "pk")
    ] + [
        (when(sentence.event.at, language), sentence.in_language(language)[0])
        for sentence in sentences_sent(party)
        if is_informed(party)
    ]


def as_text(party: Party) -> str:
    """Write the file to hand over, in the party's language."""
    with override(party.language):
        return file_text(stored_data(party), party.language)


def file_text(parts: Sequence[DataSection], language: str) -> str:
    """Write a file of any sections, in the active language."""
    lines = [_("Your data, %(when)s") % {"when": when(clock.now(), language)}, ""]
    for part in parts:
        lines += [part.title.upper(), ""]
        lines += [f"{name}: {value}" for name, value in part.rows] or [_("nothing")]
        lines.append("")
    lines.append(
        _(
            "The access log is not in this file: ask for an extract to see who has opened your "
            "data. What the other parent has told us is theirs, and not in it either."
        )
    )
    return "\r\n".join(lines) + "\r\n"


def may_delete(party: Party) -> bool:
    """Say whether the visit is over or closed; one still to come has to be cancelled first."""
    appointment = party.appointment
    if appointment.status not in Status.open():
        return True
    return appointment.ends_at is not None and appointment.ends_at < clock.now()


def is_alone(party: Party) -> bool:
    """Say whether nobody else's data depends on it, except that of companions and of those who left."""
    others = party.appointment.parties.exclude(pk=party.pk).filter(left_at=None)
    return not others.exclude(accompanies=party.pk).exists()


@retrying
def delete(request_id: int, *, user: User) -> DataRequest.Outcome:
    """Delete what may be deleted, and answer the request.

    Where the other parent is in the same appointment, what is theirs stays: time, place and their own
    details; this party's are blanked and their link opens nothing. Raises NotPossibleError.
    """
    asked = locked_request(request_id)
    party = asked.party
    if party is None or not may_delete(party):
        raise NotPossibleError
    note(party, user, AccessAction.DELETE)
    notes.forget(party)
    for forget in PARTY_FORGOTTEN:
        forget(party)
    forget_under(own_contacts(party))
    if is_alone(party):
        remove_appointments([party.appointment_id])
        return close_request(request_id, user, Outcome.DELETED)
    messages_to(party).delete()
    party.joint_marks.all().delete()
    blank_party(party)
    remove_unneeded_orders(party.appointment)
    CasePerson.objects.filter(party=party).update(name="–", post_to="", phone="", email="")
    if party.is_requester:
        own = Appointment.objects.filter(pk=party.appointment_id)
        own.update(preferred={}, children=None, children_ages=None)
    return close_request(request_id, user, Outcome.PARTLY)


@retrying
def answer(request_id: int, outcome: DataRequest.Outcome, *, user: User) -> DataRequest.Outcome:
    """Close the request as handed over or refused. Raises NotPossibleError where it was answered."""
    locked_request(request_id)
    return close_request(request_id, user, outcome)


def note(party: Party, user: User, action: AccessAction) -> None:
    """Log a row about this party alone, for the appointment and for whatever else is found."""
    found = [record for kept in _kept_elsewhere(party) for record in kept.records]
    note_access(
        user,
        [party.appointment.reference, *found],
        action=action,
        reason=AccessReason.OWN_DATA,
        subjects=subjects_of(party),
        of=ONE_PARTY,
    )


def locked_request(request_id: int) -> DataRequest:
    found = DataRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    if found.answered_at is not None:
        raise NotPossibleError
    return found


def close_request(request_id: int, user: User, outcome: DataRequest.Outcome) -> DataRequest.Outcome:
    DataRequest.objects.filter(pk=request_id).update(
        answered_at=clock.now(), answered_by=user, outcome=outcome, contact=""
    )
    live_updates.announce(live_updates.DESK)
    return outcome


def old_requests(before: datetime) -> QuerySet[DataRequest]:
    """Find requests answered long ago: see office/retention/table.py."""
    return DataRequest.objects.filter(answered_at__lt=before)


def remove_requests(ids: Sequence[int]) -> None:
    DataRequest.objects.filter(pk__in=ids).delete()
