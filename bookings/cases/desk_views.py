"""The secretary's pages of cases: the list, one case, its letters."""

import uuid
from collections.abc import Callable, Collection
from typing import TypeVar

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.appointments.booking import NoRoomForRoleError
from bookings.appointments.undo import remember
from bookings.cases import actions
from bookings.cases.actions import Invitee
from bookings.cases.figures import cases_by_starter
from bookings.cases.forms import PEOPLE, CaseForm, CasePersonForm, ResultForm
from bookings.cases.letters import letters_pdf
from bookings.cases.next_visit import FOR_CASE, stays_out
from bookings.cases.presenters import case_row, person_row
from bookings.cases.queries import case_states, letter_mark, letters_to_post
from bookings.cases.undo import undoably
from bookings.lifecycle.transitions import ChangedMeanwhileError, NotPossibleError
from bookings.models import Case, CaseEventKind, CaseResult, Party
from bookings.parties import conflicts
from office.core import clock
from office.core.http import get_or_post
from office.models import AccessAction, AccessReason, Unit, User
from office.staff.access_log import note_access, note_listed
from office.staff.permissions import StaffRequest, secretary
from office.typesetting.pdf import NoPdfError

R = TypeVar("R")

CLOSED_SHOWN = 30


@require_safe
@secretary
def listing(request: StaffRequest) -> HttpResponse:
    """Show all open cases with their next step, the letters to post, and the figures."""
    barred = _barred_cases(request.user)
    states = [s for s in case_states() if s.case.pk not in barred]
    closed = Case.objects.exclude(closed_at=None).exclude(pk__in=barred)
    last_closed = list(closed.order_by("-closed_at").values_list("pk", flat=True)[:CLOSED_SHOWN])
    names, visits = _names([state.case.pk for state in states])
    shown = [*(state.case.reference for state in states), *visits]
    note_listed(request.user, shown, reason=AccessReason.CASE)
    return render(
        request,
        "bookings/cases/list.html",
        {
            "rows": [case_row(state, names.get(state.case.pk, ())) for state in states],
            "closed": [
                case_row(state) for state in case_states(Case.objects.filter(pk__in=last_closed))
            ],
            "letters": [letter_mark(one) for one in letters_to_post().exclude(case__in=barred)],
            "figures": cases_by_starter(clock.today()),
        },
    )


def _barred_cases(user: User) -> set[int]:
    """Find the cases that the user stays out of."""
    codes = conflicts.codes_barred_to(user)
    if not codes:
        return set()
    return set(Case.objects.filter(visits__reference__in=codes).values_list("pk", flat=True))


def _names(cases: list[int]) -> tuple[dict[int, list[str]], list[str]]:
    """Return the names in the notices, by case; without a notice, those of the parents at its visits.

    Return the codes of those visits too.
    """
    found: dict[int, list[str]] = {}
    visits: list[str] = []
    rows = Case.objects.filter(pk__in=cases, people__isnull=False).order_by("people__pk")
    for pk, name in rows.values_list("pk", "people__name"):
        found.setdefault(pk, []).append(name)
    sides = Party.objects.filter(appointment__case__in=set(cases) - found.keys()).sides()
    named = sides.exclude(name="").impartial()
    for pk, name, code in named.values_list("appointment__case", "name", "appointment__reference"):
        visits.append(code)
        names = found.setdefault(pk, [])
        if name not in names:
            names.append(name)
    return found, visits


@get_or_post
@secretary
def enter(request: StaffRequest) -> HttpResponse:
    """Enter a matter that an authority has started."""
    data = request.POST if request.method == "POST" else None
    form = CaseForm(data, initial={"key": uuid.uuid4()})
    _first, second, third = people = [
        CasePersonForm(data, prefix=PEOPLE[0]),
        CasePersonForm(data, prefix=PEOPLE[1], may_be_empty=True, usual=_("as the service says")),
        CasePersonForm(data, prefix=PEOPLE[2], may_be_empty=True, usual=_("Choose")),
    ]
    if data is not None:
        third.require_role()
    if data is not None and all([form.is_valid(), *(person.is_valid() for person in people)]):
        usual = {second.prefix: form.cleaned_data["service"].other_side}
        filled_in = [person for person in people if person.is_filled_in]
        try:
            case = actions.enter_case(
                form.details(),
                [person.invitee(usual.get(person.prefix, "")) for person in filled_in],
                user=request.user,
                made_from=form.cleaned_data["key"] or uuid.uuid4(),
            )
        except NoRoomForRoleError:
            filled_in[-1].refuse_role()
        else:
            messages.success(request, _("The case %(code)s is entered.") % {"code": case.reference})
            return redirect("staff:case", reference=case.reference)
    return render(
        request,
        "bookings/cases/enter.html",
        {"form": form, "people": people},
        status=422 if data is not None else 200,
    )


def _case_or_404(request: StaffRequest, reference: str) -> Case:
    case = Case.objects.select_related("service").filter(reference=reference.upper()).first()
    if case is None:
        raise Http404
    if stays_out(request.user, case):
        raise PermissionDenied
    return case


@require_safe
@secretary
def show(request: StaffRequest, reference: str) -> HttpResponse:
    """Show one case: who, what is left to do, its visits, its history."""
    return _page(request, _case_or_404(request, reference))


@require_POST
@secretary
def reveal(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Show the case with the protected contact details of one person, once; the reading is logged."""
    case = _case_or_404(request, reference)
    person = get_object_or_404(case.people, pk=pk)
    note_access(request.user, case.reference, action=AccessAction.REVEAL, reason=AccessReason.CASE)
    return _page(request, case, revealed=person.pk)


def _page(
    request: StaffRequest,
    case: Case,
    *,
    result: ResultForm | None = None,
    revealed: int | None = None,
    status: int = 200,
) -> HttpResponse:
    note_access(request.user, case.reference, action=AccessAction.READ, reason=AccessReason.CASE)
    (state,) = case_states(Case.objects.filter(pk=case.pk))
    letters = list(letters_to_post().filter(case=case))
    to_print = {person.pk for person in letters}
    people = [
        person_row(person, is_to_print=person.pk in to_print, revealed=revealed)
        for person in case.people.select_related("party__appointment")
    ]
    waiting = [row.person for row in people if row.person.post_to and not row.person.answered_at]
    return render(
        request,
        "bookings/cases/case.html",
        {
            "case": case,
            "state": state,
            "row": case_row(state),
            "people": people,
            "letters": [letter_mark(one) for one in letters],
            "posted": [one for one in waiting if one.posted_at and one.pk not in to_print],
            "visits": case.visits.select_related("service", "service_point").order_by("starts_at"),
            "events": case.events.select_related("user").order_by("-at", "-pk"),
            "may_add_person": case.is_open and not actions.has_visit(case),
            "may_close": case.is_open and not actions.has_visit_ahead(case),
            "result_form": result or ResultForm(initial={"version": case.version}),
            "occasion": FOR_CASE,
        },
        status=status,
    )


@get_or_post
@secretary
def edit(request: StaffRequest, reference: str) -> HttpResponse:
    """Correct what the notice says."""
    case = _case_or_404(request, reference)
    data = request.POST if request.method == "POST" else None
    form = CaseForm(data, case=case, initial=CaseForm.initial_of(case))
    if data is not None and form.is_valid():
        try:
            version = int(data.get("version", "")) if data.get("version", "").isdecimal() else 0
            actions.change_case(case.pk, form.details(), user=request.user, version=version)
        except (NotPossibleError, ChangedMeanwhileError):
            _changed_meanwhile(request)
        else:
            messages.success(request, _("Saved."))
        return redirect("staff:case", reference=case.reference)
    return render(
        request,
        "bookings/cases/edit.html",
        {"case": case, "form": form, "version": case.version},
        status=422 if data is not None else 200,
    )


@get_or_post
@secretary
def edit_person(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Correct a person of the case who has not answered yet."""
    case = _case_or_404(request, reference)
    person = get_object_or_404(case.people, pk=pk)
    data = request.POST if request.method == "POST" else None
    form = CasePersonForm(
        data,
        initial=CasePersonForm.initial_of(person),
        comes_to_visit=person.party_id is not None,
    )
    form.hide_contacts_of(person)
    return _save_person(
        request,
        case,
        form,
        lambda invitee: actions.change_person(person.pk, invitee, user=request.user),
    )


@get_or_post
@secretary
def add_person(request: StaffRequest, reference: str) -> HttpResponse:
    """Add one more person to a case of which no visit is booked yet."""
    case = _case_or_404(request, reference)
    data = request.POST if request.method == "POST" else None
    form = CasePersonForm(data, usual=_("Choose"))
    if data is not None:
        form.require_role()
    return _save_person(
        request,
        case,
        form,
        lambda invitee: actions.add_invitee(case.pk, invitee, user=request.user),
        is_new=True,
    )


def _save_person(
    request: StaffRequest,
    case: Case,
    form: CasePersonForm,
    save: Callable[[Invitee], object],
    *,
    is_new: bool = False,
) -> HttpResponse:
    """Show the person's form, or save what it says and lead back to the case."""
    if form.is_bound and form.is_valid():
        try:
            save(form.invitee())
        except NoRoomForRoleError:
            form.refuse_role()
        except NotPossibleError:
            _changed_meanwhile(request)
            return redirect("staff:case", reference=case.reference)
        else:
            messages.success(request, _("Saved."))
            return redirect("staff:case", reference=case.reference)
    return render(
        request,
        "bookings/cases/edit.html",
        {"case": case, "form": form, "version": None, "is_new_person": is_new},
        status=422 if form.is_bound else 200,
    )


@require_POST
@secretary
def do(request: StaffRequest, reference: str, what: str) -> HttpResponse:
    """Mark as posted, not posted, to post again, waiting longer, or open again."""
    case = _case_or_404(request, reference)
    if what == "posted":
        _note_posted(request, [case.pk])
        return redirect("staff:case", reference=case.reference)
    deeds: dict[str, tuple[CaseEventKind, Callable[[], object]]] = {
        "not-posted": (
            CaseEventKind.NOT_POSTED,
            lambda: actions.unmark_posted(case.pk, user=request.user),
        ),
        "post-again": (
            CaseEventKind.POST_AGAIN,
            lambda: actions.post_again(case.pk, user=request.user),
        ),
        "wait": (CaseEventKind.WAITS, lambda: actions.wait_longer(case.pk, user=request.user)),
        "reopen": (CaseEventKind.REOPENED, lambda: actions.reopen_case(case.pk, user=request.user)),
    }
    if what not in deeds:
        raise Http404
    kind, action = deeds[what]
    try:
        _do(request, kind, [case.pk], action)
    except NotPossibleError:
        _changed_meanwhile(request)
    return redirect("staff:case", reference=case.reference)


def _do(
    request: StaffRequest, what: CaseEventKind, cases: Collection[int], action: Callable[[], R]
) -> R:
    """Run the action; the bar of the next page says what was done, and undoes it."""
    result, undoable = undoably(action, what=what, cases=cases, user=request.user)
    remember(request.session, undoable)
    return result


@require_POST
@secretary
def close(request: StaffRequest, reference: str) -> HttpResponse:
    """End the case with its result."""
    case = _case_or_404(request, reference)
    form = ResultForm(request.POST)
    if not form.is_valid():
        return _page(request, case, result=form, status=422)
    result, version = CaseResult(form.cleaned_data["result"]), form.cleaned_data["version"]
    try:
        _do(
            request,
            CaseEventKind.CLOSED,
            [case.pk],
            lambda: actions.close_case(case.pk, result, user=request.user, version=version),
        )
    except (NotPossibleError, ChangedMeanwhileError):
        _changed_meanwhile(request)
    return redirect("staff:case", reference=case.reference)


@require_safe
@secretary
def letters(request: StaffRequest) -> HttpResponse:
    """Print the letters to post as one PDF; only those whose marks the address names, if any."""
    found = letters_to_post().exclude(case__in=_barred_cases(request.user))
    marks = _marks(request.GET)
    people = [person for person in found if not marks or letter_mark(person) in marks]
    if not people:
        messages.info(request, _("There are no letters to print."))
        return redirect("staff:cases")
    references = sorted({person.case.reference for person in people})
    note_access(request.user, references, action=AccessAction.PRINT, reason=AccessReason.CASE)
    site = settings.SITE_URL or request.build_absolute_uri("/").rstrip("/")
    try:
        made = letters_pdf(people, Unit.get(), site=site)
    except NoPdfError:
        messages.error(request, _("The letters could not be made. Please tell your support."))
        return redirect("staff:cases")
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="letters.pdf"'
    return response


@require_POST
@secretary
def posted(request: StaffRequest) -> HttpResponse:
    """Note that the letters listed for printing are in the post; later ones are not."""
    marks = _marks(request.POST)
    found = letters_to_post().exclude(case__in=_barred_cases(request.user))
    _note_posted(request, {one.case_id for one in found if letter_mark(one) in marks})
    return redirect("staff:cases")


def _note_posted(request: StaffRequest, cases: Collection[int]) -> None:
    marks = _marks(request.POST)
    count = _do(
        request,
        CaseEventKind.POSTED,
        cases,
        lambda: actions.mark_posted(cases, marks, user=request.user),
    )
    if count == 0 or count < len(marks):
        messages.warning(
            request,
            _("A letter has changed since this page was opened. It is still to be printed."),
        )


def _marks(data: QueryDict) -> set[str]:
    """Read the marks of the letters that a page has given for printing."""
    return set(filter(None, data.get("letters", "").split(",")))


def _changed_meanwhile(request: StaffRequest) -> None:
    messages.warning(
        request,
        _("This could not be done, because something has changed. Below you see how it is now."),
    )
