"""Cases in words: the next step, how much time is left, which visit it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bookings.cases.queries import CaseState, CaseStep, case_states
from bookings.desk_kit.labels import Tag, surnames_label
from bookings.models import Appointment, Case, CasePerson, PartyRole
from office.core import clock, dates


@dataclass(frozen=True)
class CaseRow:
    """A case on the work list and in the list of cases."""

    reference: str
    service: str
    started_by: str
    step: str
    deadline: Tag | None
    visits: str
    is_late: bool
    names: str = ""


def case_row(state: CaseState, names: Sequence[str] = ()) -> CaseRow:
    """Return what a list says of a case."""
    case = state.case
    return CaseRow(
        reference=case.reference,
        service=str(case.service.name),
        started_by=str(case.get_started_by_display()),
        step=step_label(state),
        deadline=deadline_tag(state),
        visits=_("%(booked)s of %(count)s visits")
        % {"booked": state.booked, "count": state.planned},
        is_late=state.is_late or state.step == CaseStep.NO_ANSWER,
        names=surnames_label(names) if names else "",
    )


def work_rows(barred: Collection[str] = ()) -> list[CaseRow]:
    """List cases with something to do now. `barred`: codes of visits that the reader stays out of."""
    states = [state for state in case_states() if state.is_work]
    if barred and states:
        cases = [state.case.pk for state in states]
        kept = Appointment.objects.filter(case__in=cases, reference__in=barred)
        out = set(kept.values_list("case", flat=True))
        states = [state for state in states if state.case.pk not in out]
    return [case_row(state) for state in states]


def step_label(state: CaseState) -> str:
    """Return what is to be done next."""
    case = state.case
    numbers = {"number": state.number, "count": max(state.planned, state.number)}
    return {
        CaseStep.POST: _("Print and post the letters"),
        CaseStep.AWAIT: _("Waits for an answer until %(day)s") % {"day": _day(case)},
        CaseStep.NO_ANSWER: _("No answer by %(day)s: call, post again or book")
        % {"day": _day(case)},
        CaseStep.BOOK: _("Book visit %(number)s of %(count)s") % numbers,
        CaseStep.VISIT: _("Visit %(number)s is booked: %(when)s")
        % {"number": state.booked, "when": dates.when(state.next_at, get_language())}
        if state.next_at
        else _("Mark the visit that is over"),
        CaseStep.CLOSE: _("All visits are held: close the case with its result"),
        CaseStep.NOTHING: _("Closed: %(result)s") % {"result": case.get_result_display()},
    }[state.step]


def _day(case: Case) -> str:
    return dates.date(case.answer_by, get_language()) if case.answer_by else ""


def deadline_tag(state: CaseState) -> Tag | None:
    """Label the deadline, and how many days are left."""
    case, left = state.case, state.days_left
    if case.due_on is None or left is None or not case.is_open:
        return None
    day = dates.date(case.due_on, get_language())
    if left < 0:
        text = ngettext(
            "The deadline %(day)s is over: %(n)d day late",
            "The deadline %(day)s is over: %(n)d days late",
            -left,
        )
        return Tag(text % {"day": day, "n": -left}, "tag--bad", "warning")
    text = ngettext("By %(day)s: %(n)d day left", "By %(day)s: %(n)d days left", left)
    tag = Tag(text % {"day": day, "n": left}, "tag--wait" if left <= 14 else "", "clock")
    if state.is_after_deadline:
        return Tag(
            _("The visit is after the deadline %(day)s") % {"day": day}, "tag--bad", "warning"
        )
    return tag


def visit_label(appointment: Appointment) -> str:
    """Label which visit of its matter it is, and the matter's deadline; needs `with_case()`."""
    number = getattr(appointment, "visit_number", None)
    planned = getattr(appointment, "case_visits", None)
    if not number or not planned:
        return ""
    text = _("Visit %(number)s of %(count)s") % {"number": number, "count": max(planned, number)}
    due_on = getattr(appointment, "case_due_on", None)
    closed = getattr(appointment, "case_closed_at", None)
    if due_on is None or closed is not None:
        return text
    deadline = _("deadline %(day)s") % {"day": dates.date(due_on, get_language())}
    left = (due_on - clock.today()).days
    return f"{text} · {deadline}" + (f" ({_('late')})" if left < 0 else "")


@dataclass(frozen=True)
class CasePersonRow:
    """A person of a case, as the secretary sees them."""

    person: CasePerson
    # As what they take part; empty for a parent, as most are.
    role: str
    language: str
    # Where the letter goes: of a protected person the way round.
    post_to: str
    state: str
    # Number and address stand behind a press, which is logged.
    is_hidden: bool = False


def person_row(
    person: CasePerson, *, is_to_print: bool, revealed: int | None = None
) -> CasePersonRow:
    """Return what the case's page says of a person. `revealed`: whose protected contacts are shown."""
    is_protected = person.is_protected or (person.party is not None and person.party.is_protected)
    first_line = ", ".join(line.strip() for line in person.post_to.splitlines() if line.strip())
    return CasePersonRow(
        person=person,
        role="" if person.role == PartyRole.PARENT else str(person.get_role_display()),
        language={"fi": _("Finnish"), "sv": _("Swedish"), "en": _("English")}.get(
            person.language, _("not known: the letter is in Finnish and Swedish")
        ),
        post_to=_("protected: via %(address)s") % {"address": first_line}
        if person.is_protected and first_line
        else first_line,
        state=_person_state(person, is_to_print=is_to_print),
        is_hidden=is_protected and bool(person.phone or person.email) and person.pk != revealed,
    )


def _person_state(person: CasePerson, *, is_to_print: bool) -> str:
    language = get_language()
    if person.answered_at is not None:
        return _("answered %(when)s") % {"when": dates.when(person.answered_at, language)}
    if not person.post_to:
        return _("no letter")
    if not person.decides_time and person.party_id is None:
        return _("letter once a visit is booked")
    if person.posted_at is not None and not is_to_print:
        return _("letter posted %(when)s") % {"when": dates.when(person.posted_at, language)}
    return _("letter to be printed")
