"""Send a word to the desk before the visit, and note what came of calling back."""

from datetime import datetime
from enum import Enum, auto

from django.db.models import Q, QuerySet

from bookings.appointments import answers
from bookings.lifecycle.call_results import CallResult, note_call
from bookings.lifecycle.phone_visits import may_be_called
from bookings.lifecycle.transitions import NotPossibleError, locked, record
from bookings.models import Appointment, CallOutcome, EventKind, Party, Status, WordBefore
from bookings.phone import calls
from office.calendar.occupancy import retrying
from office.calendar.working_time import OpenState, open_state
from office.core import clock
from office.models import HoursKind, User

WORDS_A_DAY = 2


class WhyNot(Enum):
    """Why no word can be sent."""

    OVER = auto()
    # Nobody may call the one who would be answered.
    NO_NUMBER = auto()
    # The phone does not open before the visit: nobody would read it in time.
    NO_HOURS = auto()
    ENOUGH_TODAY = auto()


class WordRefusedError(NotPossibleError):
    def __init__(self, why: WhyNot) -> None:
        super().__init__(why)
        self.why = why


def why_not(party: Party, phone: OpenState) -> WhyNot | None:
    """Return why the party can send no word now; None where they can."""
    appointment = party.appointment
    if not answers.has_not_begun(appointment):
        return WhyNot.OVER
    if not may_be_called(party):
        return WhyNot.NO_NUMBER
    if not _opens_before(appointment, phone):
        return WhyNot.NO_HOURS
    if len(sent_today(party)) >= WORDS_A_DAY:
        return WhyNot.ENOUGH_TODAY
    return None


def may_offer(party: Party) -> bool:
    """Say whether the personal page leads to the form. Asks nothing of the database."""
    return answers.has_not_begun(party.appointment)


def _opens_before(appointment: Appointment, phone: OpenState) -> bool:
    if phone.is_open:
        return True
    starts = appointment.starts_at
    return phone.next is not None and (starts is None or phone.next[0] < starts)


def sent_today(party: Party) -> list[datetime]:
    start, end = clock.day_bounds(clock.today(), clock.today())
    sent = WordBefore.objects.filter(party=party, sent_at__gte=start, sent_at__lt=end)
    return list(sent.values_list("sent_at", flat=True))


@retrying
def send_word(party_id: int, *, text: str) -> WordBefore:
    """Put the word on the desk's work list. The same form, sent twice, is one word.

    Raises WordRefusedError.
    """
    appointment = locked(Party.objects.values_list("appointment_id", flat=True).get(pk=party_id))
    party = Party.objects.get(pk=party_id)
    party.appointment = appointment
    same = WordBefore.objects.filter(party=party, text=text, answered_at=None).last()
    if same is not None:
        return same
    refusal = why_not(party, open_state(HoursKind.PHONE))
    if refusal is not None:
        raise WordRefusedError(refusal)
    record(appointment, EventKind.WORD_SENT, party=party)
    return WordBefore.objects.create(party=party, text=text, sent_at=clock.now())


@retrying
def note_answered(party_id: int, *, user: User) -> None:
    """Note that the party was reached by phone: all they wrote is answered. Twice is the same as once."""
    party = Party.objects.get(pk=party_id)
    appointment = locked(party.appointment_id)
    waiting = WordBefore.objects.filter(party=party, answered_at=None)
    if not waiting.update(answered_at=clock.now(), answered_by=user):
        return
    record(appointment, EventKind.WORD_ANSWERED, user=user, party=party, of=party)
    calls.note_outcome(user, CallOutcome.GUIDED)


@retrying
def note_tried(party_id: int, *, user: User) -> None:
    """Note that the party was called in vain: the word stays on the list.

    Raises NotPossibleError where it has been answered meanwhile, or the party may not be called.
    """
    if not WordBefore.objects.filter(party=party_id, answered_at=None).exists():
        raise NotPossibleError
    note_call(party_id, result=CallResult.NOT_REACHED, user=user)


def old_words(before: datetime) -> QuerySet[WordBefore]:
    """Find words of visits that ended before, or that were cancelled and have not changed since."""
    visit = "party__appointment"
    called_off = Q(
        **{
            f"{visit}__status__in": [Status.CANCELLED, Status.DECLINED],
            f"{visit}__updated_at__lt": before,
        }
    )
    return WordBefore.objects.filter(Q(**{f"{visit}__ends_at__lt": before}) | called_off)


def remove_words(ids: list[int]) -> None:
    WordBefore.objects.filter(pk__in=ids).delete()
