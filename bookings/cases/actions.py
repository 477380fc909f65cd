"""What is done with a case: enter, change, post its letters, wait, close. Each leaves an event."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from bookings.appointments.booking import NoRoomForRoleError
from bookings.cases.queries import letter_mark, letters_to_post
from bookings.lifecycle.references import invitation_code, save_with_reference
from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import (
    Case,
    CaseEvent,
    CaseEventKind,
    CasePerson,
    CaseResult,
    PartyRole,
    Status,
)
from bookings.parties.records import hash_code
from office.calendar.occupancy import retrying
from office.core import clock, live_updates, tokens
from office.core.once import made_before
from office.models import AccessAction, AccessReason, Service, Unit, User
from office.staff.access_log import note_access

Kind = CaseEventKind
LINK = "invitation"


@dataclass(frozen=True)
class Invitee:
    """Whom a notice names. `post_to`: the postal address, or of a protected person the way round."""

    name: str
    post_to: str = ""
    is_protected: bool = False
    language: str = ""
    phone: str = ""
    email: str = ""
    role: PartyRole = PartyRole.PARENT


@dataclass(frozen=True)
class CaseDetails:
    """What a notice says."""

    started_by: str
    service: Service
    received_on: date
    due_on: date | None = None
    visits_planned: int = 1


@retrying
def enter_case(
    details: CaseDetails, invitees: Sequence[Invitee], *, user: User, made_from: UUID
) -> Case:
    """Enter a matter that somebody else has started. A form sent twice makes one.

    Raises NoRoomForRoleError, with nothing entered.
    """
    made = made_before(Case, made_from)
    if made is not None:
        return made
    case = new_case(details, user=user, made_from=made_from)
    for invitee in invitees:
        add_person(case, invitee)
    return case


def new_case(
    details: CaseDetails, *, user: User, made_from: UUID | None = None, visit: str = ""
) -> Case:
    """Make a case with a reference code of its own. Call in a transaction."""
    now = clock.now()
    case = Case(**vars(details), made_from=made_from, created_at=now, updated_at=now)
    save_with_reference(case)
    note_access(user, case.reference, action=AccessAction.CREATE, reason=AccessReason.CASE)
    CaseEvent.objects.create(case=case, what=Kind.ENTERED, at=now, user=user, visit=visit)
    live_updates.announce(live_updates.DESK)
    return case


@retrying
def add_invitee(case_id: int, invitee: Invitee, *, user: User) -> CasePerson:
    """Add one more person before a visit is booked. Raises NotPossibleError, NoRoomForRoleError."""
    case = _open_case(case_id)
    if has_visit(case):
        # From then on people are added to the visit.
        raise NotPossibleError
    person = add_person(case, invitee)
    record_case(case, Kind.CHANGED, user=user)
    return person


def add_person(case: Case, invitee: Invitee) -> CasePerson:
    """Add a person with a code of their own for the letter. Raises NoRoomForRoleError."""
    _refuse_full_role(case, invitee.role)
    person = CasePerson(case=case, **asdict(invitee))
    person.nonce = tokens.new_nonce()
    person.code_hash = hash_code(invitation_code(person.nonce))
    person.link_hash = tokens.hash_token(tokens.link_token(LINK, person.nonce))
    person.save()
    return person


def _refuse_full_role(case: Case, role: PartyRole, *, apart_from: int | None = None) -> None:
    others = case.people.exclude(pk=apart_from) if apart_from else case.people.all()
    if not role.fits_beside(list(others.values_list("role", flat=True))):
        raise NoRoomForRoleError


def locked_case(case_id: int, *, version: int | None = None) -> Case:
    """Fetch the case, locked until the transaction ends. Raises ChangedMeanwhileError."""
    case = Case.objects.select_for_update().get(pk=case_id)
    if version is not None and case.version != version:
        raise ChangedMeanwhileError
    return case


def record_case(
    case: Case, what: CaseEventKind, *, user: User | None = None, visit: str = ""
) -> None:
    """Save the case and write down what happened to it."""
    case.version += 1
    case.updated_at = clock.now()
    case.save()
    CaseEvent.objects.create(case=case, what=what, at=case.updated_at, user=user, visit=visit)
    if user is not None:
        note_access(user, case.reference, action=AccessAction.CHANGE, step=what)
    live_updates.announce(live_updates.DESK)


@retrying
def change_case(case_id: int, details: CaseDetails, *, user: User, version: int) -> None:
    """Correct what the notice says. Raises NotPossibleError, ChangedMeanwhileError."""
    case = _open_case(case_id, version=version)
    for name, value in vars(details).items():
        setattr(case, name, value)
    record_case(case, Kind.CHANGED, user=user)


@retrying
def plan_visits(case_id: int, count: int, due_on: date | None, *, user: User) -> None:
    """Set how many visits the matter takes, and by when. Raises NotPossibleError."""
    case = _open_case(case_id)
    if due_on is not None and due_on < case.received_on:
        raise NotPossibleError
    if (case.visits_planned, case.due_on) != (count, due_on):
        case.visits_planned, case.due_on = count, due_on
        record_case(case, Kind.CHANGED, user=user)


@retrying
def change_person(person_id: int, invitee: Invitee, *, user: User) -> None:
    """Correct a person who has not answered yet. Raises NotPossibleError, NoRoomForRoleError.

    Once they are to come to a visit, as what they take part is changed there.
    """
    person = CasePerson.objects.get(pk=person_id)
    case = _open_case(person.case_id)
    person.refresh_from_db()
    if person.answered_at is not None:
        raise NotPossibleError
    if person.party_id is not None:
        invitee = replace(invitee, role=PartyRole(person.role))
    elif invitee.role != person.role:
        _refuse_full_role(case, invitee.role, apart_from=person.pk)
    for name, value in vars(invitee).items():
        setattr(person, name, value)
    person.save()
    record_case(case, Kind.CHANGED, user=user)


@retrying
def mark_posted(case_ids: Iterable[int], marks: Collection[str], *, user: User) -> int:
    """Note that the letters of these cases printed under `marks` are in the post; return how many.

    The wait begins. A letter that has changed since it was printed has still to be printed.
    """
    unit, now, count = Unit.get(), clock.now(), 0
    for case_id in sorted(case_ids):
        case = locked_case(case_id)
        letters = [one for one in letters_to_post().filter(case=case) if letter_mark(one) in marks]
        if letters:
            case.people.filter(pk__in=[one.pk for one in letters]).update(posted_at=now)
            case.answer_by = clock.today() + timedelta(days=unit.letter_answer_days)
            record_case(case, Kind.POSTED, user=user)
            count += len(letters)
    return count


@retrying
def unmark_posted(case_id: int, *, user: User) -> None:
    """Note that the letters are not in the post after all. Raises NotPossibleError."""
    _print_again(case_id, Kind.NOT_POSTED, user)


@retrying
def post_again(case_id: int, *, user: User | None) -> None:
    """Have the letters printed and posted once more, as nobody answered. Raises NotPossibleError."""
    _print_again(case_id, Kind.POST_AGAIN, user)


def _print_again(case_id: int, what: CaseEventKind, user: User | None) -> None:
    case = _open_case(case_id)
    posted = case.people.filter(posted_at__isnull=False, answered_at=None).exclude(post_to="")
    if not posted.update(posted_at=None):
        raise NotPossibleError
    case.answer_by = None
    record_case(case, what, user=user)


@retrying
def wait_longer(case_id: int, *, user: User) -> None:
    """Ask again after as many days, as nobody has answered yet. Raises NotPossibleError."""
    case = _open_case(case_id)
    if case.answer_by is None:
        raise NotPossibleError
    case.answer_by = clock.today() + timedelta(days=Unit.get().letter_answer_days)
    record_case(case, Kind.WAITS, user=user)


@retrying
def close_case(case_id: int, result: CaseResult, *, user: User, version: int) -> None:
    """End the case. The postal addresses go at once. Raises NotPossibleError, ChangedMeanwhileError."""
    case = _open_case(case_id, version=version)
    if has_visit_ahead(case):
        raise NotPossibleError
    case.result, case.closed_at = result, clock.now()
    case.people.update(post_to="")
    record_case(case, Kind.CLOSED, user=user)


@retrying
def reopen_case(case_id: int, *, user: User) -> None:
    """Reopen a case that goes on after all. Raises NotPossibleError."""
    case = locked_case(case_id)
    if case.is_open:
        raise NotPossibleError
    case.result, case.closed_at = "", None
    record_case(case, Kind.REOPENED, user=user)


def has_visit_ahead(case: Case) -> bool:
    """Say whether a visit of the case is agreed and not over: such a case cannot be closed."""
    return case.visits.filter(status__in=Status.open()).exists()


def has_visit(case: Case) -> bool:
    """Say whether the case has a visit that stands, ahead or over."""
    return case.visits.exclude(status__in=Status.closed()).exists()


def _open_case(case_id: int, *, version: int | None = None) -> Case:
    case = locked_case(case_id, version=version)
    if not case.is_open:
        raise NotPossibleError
    return case
