"""The secretaries' own list of calls to make: promised at the end of a call, there until done."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Call, CallOutcome, CallTask
from bookings.parties import conflicts
from office.calendar.occupancy import retrying
from office.core import clock, live_updates
from office.models import AccessAction, AccessReason, User
from office.staff.access_log import note_access, note_listed, pseudonym


@dataclass(frozen=True)
class Promise:
    """Whom to call, and when."""

    due_day: date
    part: str = ""
    words: str = ""
    phone: str = ""


def follow(call: Call) -> None:
    """Make a task of a call that ends with "call back", and none of any other. Call in its transaction.

    A task about which something is written is the call's no more, and stays whatever the log says.
    """
    if call.outcome == CallOutcome.CALL_BACK:
        CallTask.objects.get_or_create(
            call=call,
            defaults={
                "user_id": call.user_id,
                "created_at": clock.now(),
                "due_day": clock.today(),
                "service_id": call.service_id,
                "language": call.language,
            },
        )
    else:
        _untouched().filter(call=call).delete()
    live_updates.announce(live_updates.DESK)


def drop(call: Call) -> None:
    """Drop it with a call that was none, unless something is written about it."""
    _untouched().filter(call=call).delete()
    live_updates.announce(live_updates.DESK)


def _untouched() -> QuerySet[CallTask]:
    return CallTask.objects.open().filter(words="", phone="", part="", tries=0)


def open_tasks() -> QuerySet[CallTask]:
    """Find calls to make, the earliest promise first."""
    return CallTask.objects.open().select_related("user", "service")


def tasks_shown_to(user: User) -> list[CallTask]:
    """Return the open tasks but those of matters that the user stays out of, and log each as read."""
    found = list(open_tasks())
    barred = tasks_barred_to(user) if found else set()
    found = [task for task in found if task.pk not in barred]
    note_listed(user, [task.record for task in found], reason=AccessReason.PROMISED_CALL)
    return found


def tasks_barred_to(user: User) -> set[int]:
    """Return the ids of calls to make to people of whose matter the user stays out. Mostly one query.

    They are known by the number, by the whole name among the words, or by the call's appointment.
    """
    people = conflicts.people_barred_to(user)
    if not people:
        return set()
    visits = conflicts.barred_to_user(user)
    return {
        task.pk
        for task in CallTask.objects.select_related("call")
        if (task.call is not None and task.call.appointment_id in visits)
        or any(
            (person.phone and person.phone == str(task.phone)) or person.is_named_in(task.words)
            for person in people
        )
    }


@retrying
def write(task_id: int, promise: Promise, *, user: User) -> None:
    """Write down whom to call and when. Raises NotPossibleError once it is done."""
    task = _locked(task_id)
    for name, value in vars(promise).items():
        setattr(task, name, value)
    # By the task nobody is to learn which call of the log was theirs.
    task.call = None
    task.save()
    _note(task, user, AccessAction.CHANGE)


@retrying
def note_unreached(task_id: int, *, user: User) -> None:
    """Note that nobody answered; it stays on the list. Raises NotPossibleError once it is done."""
    task = _locked(task_id)
    task.tries += 1
    task.save(update_fields=["tries"])
    _note(task, user, AccessAction.CHANGE)


@retrying
def finish(task_id: int, *, user: User) -> None:
    """Take the call off the list: they were reached, or need no call. A second press changes nothing."""
    task = CallTask.objects.select_for_update(of=("self",)).get(pk=task_id)
    if task.done_at is not None:
        return
    task.done_at, task.done_by = clock.now(), user
    task.save(update_fields=["done_at", "done_by"])
    _note(task, user, AccessAction.CHANGE)


def _locked(task_id: int) -> CallTask:
    task = CallTask.objects.select_for_update(of=("self",)).get(pk=task_id)
    if task.done_at is not None:
        raise NotPossibleError
    return task


def _note(task: CallTask, user: User, action: AccessAction) -> None:
    note_access(
        user,
        task.record,
        action=action,
        reason=AccessReason.PROMISED_CALL,
        subjects=subjects_of(task),
    )
    live_updates.announce(live_updates.DESK)


def subjects_of(task: CallTask) -> list[str]:
    return [pseudonym(str(task.phone))] if task.phone else []


def old_tasks(before: datetime) -> QuerySet[CallTask]:
    """Find calls that were made, or should have been, before an instant."""
    day = clock.local(before).date()
    return CallTask.objects.filter(Q(done_at__lt=before) | Q(done_at=None, due_day__lt=day))


def remove_tasks(ids: list[int]) -> None:
    CallTask.objects.filter(pk__in=ids).delete()
