"""One row and more of each kind in which clients' words are kept, where the demo has none."""

from django.db.models import Model, QuerySet
from django.http import QueryDict

from bookings.models import (
    AddedSentence,
    Appointment,
    AppointmentEvent,
    CallBack,
    CallTask,
    CasePerson,
    DataRequest,
    OtherParent,
    ParkedBooking,
    Party,
    PersonNote,
    Status,
    WordBefore,
)
from bookings.parties.notes import write_note
from bookings.parties.people import keys_of
from bookings.staff_booking import parking
from evenings.models import SignUp
from office.core import clock
from office.models import Role, User
from tests.evenings.factories import SignUpFactory
from tests.familylaw.markers import mark


def keep_words() -> None:
    """Keep such words, above all of the visits of two parents that are to come."""
    secretary = User.objects.get(username=Role.SECRETARY)
    for visit in _to_come():
        for party in visit.parties.filter(is_requester=True):
            WordBefore.objects.create(party=party, text="Hei", sent_at=clock.now())
        event = visit.events.filter(added_sentence=None).latest("pk")
        AddedSentence.objects.create(event=event, texts={"fi": "Hei"}, is_standard=False)
    CallTask.objects.create(
        user=secretary,
        created_at=clock.now(),
        due_day=clock.today(),
        words="Hei",
        phone="+358400000001",
    )
    parking.park(QueryDict("caller-name=Hei"), user=secretary)
    DataRequest.objects.create(
        contact="hei@example.org",
        kind=DataRequest.Kind.COPY,
        asked_at=clock.now(),
        due_at=clock.now(),
    )
    SignUpFactory(first_name="Hei", email="hei@example.org")
    SignUpFactory(first_name="Hei", phone="+358400000001")


def keep_notes() -> None:
    """Keep notes on the other parents of the same visits, known again by what is marked.

    Whoever asks for their own data here has none: with a note it is the secretary who answers.
    """
    secretary = User.objects.get(username=Role.SECRETARY)
    for party in Party.objects.filter(appointment__in=_to_come(), is_requester=False):
        if keys_of(party):
            write_note(party, "Hei", user=secretary)
    mark(PersonNote)


def _to_come() -> QuerySet[Appointment]:
    return Appointment.objects.filter(
        status=Status.CONFIRMED, other_parent=OtherParent.GIVEN, starts_at__gt=clock.now()
    )


def records_of_words() -> dict[tuple[str, int], str]:
    """Map each row with words of clients, by model and id, to the name under which it is logged.

    A note on a person has none of its own: it stands on the cards of that person, which are logged.
    """
    rows: dict[type[Model], str] = {
        Party: "appointment__reference",
        Appointment: "reference",
        AppointmentEvent: "appointment__reference",
        AddedSentence: "event__appointment__reference",
        WordBefore: "party__appointment__reference",
        CallBack: "reference",
        CasePerson: "case__reference",
        DataRequest: "reference",
    }
    found = {
        (model.__name__.lower(), pk): record
        for model, column in rows.items()
        for pk, record in model._default_manager.values_list("pk", column)
    }
    for model in (CallTask, ParkedBooking):
        name = model.__name__.lower()
        found |= {(name, row.pk): row.record for row in model._default_manager.all()}
    for sign_up in SignUp.objects.select_related("evening"):
        found["signup", sign_up.pk] = sign_up.evening.log_record
    return found
