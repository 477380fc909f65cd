"""Handing somebody on, by whoever talks with them: choose, show them what is told, give the slip."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment
from bookings.parties import conflicts
from bookings.visibility import Reader
from office.core import clock
from office.core.browser_seal import seal, unseal
from office.core.http import get_or_post, unlisted
from office.core.languages import LANGUAGES
from office.core.qr import code as qr_code
from office.models import AccessAction, AccessReason, Professional, Role
from office.staff.access_log import note_access, note_listed
from office.staff.permissions import BOOKS, StaffRequest, role_required
from referrals.directory.presenters import service, services
from referrals.hand_over import actions
from referrals.hand_over.actions import Slip, own_path
from referrals.hand_over.codes import in_groups, partner_path
from referrals.hand_over.forms import ConsentForm, HandOnForm
from referrals.hand_over.presenters import disclosed_labels, rows_of, who_did
from referrals.hand_over.queries import lists_for, seen_by
from referrals.models import DirectoryEntry, Referral, ReferralState

books = role_required(*BOOKS)
# The code of the slip that was just made, sealed for this browser.
SLIP = "referral_slip"


@require_safe
@books
def listing(request: StaffRequest) -> HttpResponse:
    """List what came back, what is waited for, and the latest. `?all=1`: all that wait."""
    found = lists_for(request.user, clock.now(), whole="all" in request.GET)
    shown = [*found.come_back, *found.waiting, *found.latest]
    note_listed(
        request.user, [referral.reference for referral in shown], reason=AccessReason.REFERRALS
    )
    context = {
        "come_back": rows_of(found.come_back),
        "waiting": rows_of(found.waiting),
        "count_waiting": found.count_waiting,
        "has_more": found.count_waiting > len(found.waiting),
        "latest": rows_of(found.latest),
        "may_hand_on": DirectoryEntry.objects.open_to_referrals().exists(),
    }
    return render(request, "referrals/hand_over/listing.html", context)


@require_safe
@books
def directory(request: StaffRequest) -> HttpResponse:
    """Show all partners, including those that are not public."""
    entries = DirectoryEntry.objects.in_use().select_related("organisation")
    return render(request, "referrals/hand_over/directory.html", {"services": services(entries)})


@get_or_post
@books
def new(request: StaffRequest) -> HttpResponse:
    """First what is told; then, shown to the person, their yes; then the slip."""
    visit = _visit(request)
    replacing = _replaced(request)
    if request.method != "POST":
        form = HandOnForm(visit=visit, initial=_known(request, visit, replacing))
        return _form_page(request, form, visit, replacing)
    form = HandOnForm(request.POST, visit=visit)
    if "back" in request.POST or not form.is_valid():
        status = 200 if form.is_valid() else 422
        return _form_page(request, form, visit, replacing, status=status)
    agreed = "agree" in request.POST
    consent = ConsentForm(request.POST if agreed else None)
    if not agreed or not consent.is_valid():
        return _show_to_person(request, form, consent, visit, replacing)
    try:
        slip = actions.hand_on(
            form.cleaned_data["entry"],
            form.words,
            user=request.user,
            made_from=form.key_given,
            language=form.cleaned_data["language"],
            party=form.chosen_party,
            replacing=replacing,
        )
    except NotPossibleError:
        messages.error(request, _("The earlier slip has been answered or closed meanwhile."))
        return redirect("referrals:listing")
    if slip is None:
        messages.info(request, _("This slip was made already, once only."))
        made = Referral.objects.get(made_from=form.key_given)
        return redirect("referrals:one", reference=made.reference)
    _keep_slip(request, slip)
    return redirect("referrals:slip", reference=slip.referral.reference)


def _visit(request: StaffRequest) -> Appointment | None:
    """Return the visit of the address: any for the secretary, their own for the others."""
    reference = request.GET.get("visit", "").upper()
    if not reference:
        return None
    found = Appointment.objects.seen_by(Reader.PROFESSIONAL).filter(reference=reference)
    if not request.user.has_role(Role.SECRETARY):
        professional = Professional.objects.in_use().filter(user=request.user).first()
        if professional is None:
            raise Http404
        found = found.of_professional(professional)
    visit: Appointment = get_object_or_404(
        found.exclude(pk__in=conflicts.barred_to_user(request.user)).select_related("service")
    )
    # All parties' rows: they do not tell that one of them may be handed on.
    is_desk = request.user.has_role(Role.SECRETARY)
    reason = AccessReason.BOOKING if is_desk else AccessReason.OWN_VISITS
    note_access(request.user, visit.reference, action=AccessAction.READ, reason=reason)
    return visit


def _replaced(request: StaffRequest) -> Referral | None:
    """Return the referral that came back and is made anew."""
    reference = request.GET.get("again", "").upper()
    return get_object_or_404(seen_by(request.user), reference=reference) if reference else None


def _known(
    request: StaffRequest, visit: Appointment | None, replacing: Referral | None
) -> dict[str, Any]:
    """Return what the form begins with. Nothing is ticked for the person."""
    language = request.GET.get("language", "")
    known: dict[str, Any] = {
        "entry": request.GET.get("partner", ""),
        "language": language if language in dict(LANGUAGES) else "fi",
        "spoken": language,
    }
    if visit is not None:
        known["matter"] = str(visit.service.matter or visit.service.name)
    if replacing is not None:
        known |= {"entry": replacing.entry_id, "language": replacing.language}
    return known


def _form_page(
    request: StaffRequest,
    form: HandOnForm,
    visit: Appointment | None,
    replacing: Referral | None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "visit": visit, "replacing": replacing}
    return render(request, "referrals/hand_over/new.html", context, status=status)


def _show_to_person(
    request: StaffRequest,
    form: HandOnForm,
    consent: ConsentForm,
    visit: Appointment | None,
    replacing: Referral | None,
) -> HttpResponse:
    language = form.cleaned_data["language"]
    with override(language):
        words = [(str(item.label), text) for item, text in form.words.items()]
    context = {
        "form": form,
        "consent": consent,
        "words": words,
        "entry": form.cleaned_data["entry"],
        "language": language,
        "visit": visit,
        "replacing": replacing,
    }
    status = 422 if consent.is_bound else 200
    return render(request, "referrals/hand_over/consent.html", context, status=status)


def _keep_slip(request: StaffRequest, slip: Slip) -> None:
    """Keep the slip for the next page and a second print of it: only this browser can read it."""
    request.session[SLIP] = {
        "reference": slip.referral.reference,
        "code": seal(request, slip.code),
    }


def _kept_code(request: StaffRequest, reference: str) -> str:
    kept = request.session.get(SLIP) or {}
    if kept.get("reference") != reference:
        return ""
    return str(unseal(request, kept.get("code", "")) or "")


@require_safe
@books
def slip(request: StaffRequest, reference: str) -> HttpResponse:
    """Show the slip to print: with the partner's code as long as this browser has it."""
    referral = _one(request, reference)
    code = _kept_code(request, referral.reference)
    if not code or referral.sealed is None:
        messages.info(
            request, _("The slip is shown only once. Make a new one if the person has lost it.")
        )
        return redirect("referrals:one", reference=referral.reference)
    link = request.build_absolute_uri(partner_path(code))
    own = request.build_absolute_uri(own_path(referral))
    with override(referral.language):
        found = service(referral.entry)
    context = {
        "referral": referral,
        "service": found,
        "language": referral.language,
        "disclosed": disclosed_labels(referral),
        "code": in_groups(code),
        "enter_at": request.build_absolute_uri("/referral/"),
        "qr": qr_code(link),
        "own": own,
        "own_qr": qr_code(own),
    }
    return unlisted(render(request, "referrals/hand_over/slip.html", context))


@require_safe
@books
def plain_slip(request: StaffRequest) -> HttpResponse:
    """Show the partner's details on paper, for one who stays anonymous: no link, and nothing stored."""
    pk = request.GET.get("partner", "")
    entries = DirectoryEntry.objects.in_use().select_related("organisation")
    entry = get_object_or_404(entries, pk=pk if pk.isdecimal() and len(pk) < 10 else 0)
    language = request.GET.get("language", "")
    language = language if language in dict(LANGUAGES) else "fi"
    with override(language):
        found = service(entry)
    context = {"service": found, "language": language, "languages": LANGUAGES}
    return render(request, "referrals/hand_over/plain_slip.html", context)


@require_safe
@books
def one(request: StaffRequest, reference: str) -> HttpResponse:
    """Show one referral: how it stands, what was agreed to, and what can be done."""
    referral = _one(request, reference)
    state = ReferralState
    context = {
        "referral": referral,
        "row": rows_of([referral])[0],
        "service": service(referral.entry),
        "disclosed": disclosed_labels(referral),
        "history": [(event, who_did(event)) for event in referral.events.select_related("user")],
        "may_close": actions.may_become(referral, state.CLOSED),
        "may_take_back": actions.may_become(referral, state.WITHDRAWN),
        "has_slip": bool(referral.sealed and _kept_code(request, referral.reference)),
    }
    return render(request, "referrals/hand_over/one.html", context)


def _one(request: StaffRequest, reference: str) -> Referral:
    referral = get_object_or_404(
        seen_by(request.user).select_related("party__appointment"), reference=reference.upper()
    )
    note_access(
        request.user,
        referral.reference,
        action=AccessAction.READ,
        reason=AccessReason.REFERRALS,
        subjects=actions.subjects_of(referral),
    )
    return referral


@require_POST
@books
def close(request: StaffRequest, reference: str) -> HttpResponse:
    """Close the referral: off the list, and its link no longer opens anything."""
    referral = get_object_or_404(seen_by(request.user), reference=reference.upper())
    try:
        actions.close(referral.pk, user=request.user)
    except NotPossibleError:
        messages.info(request, _("It has been answered or closed meanwhile."))
        return redirect("referrals:one", reference=referral.reference)
    messages.success(request, _("Closed. Its link opens nothing any more."))
    return redirect("referrals:listing")


@require_POST
@books
def take_back(request: StaffRequest, reference: str) -> HttpResponse:
    """Note that the person has withdrawn their consent."""
    referral = get_object_or_404(seen_by(request.user), reference=reference.upper())
    try:
        actions.take_back(referral.pk, user=request.user)
    except NotPossibleError:
        messages.info(request, _("It has been closed meanwhile."))
    else:
        messages.success(
            request,
            _("The consent is taken back. The link is closed, and what was told is deleted."),
        )
    return redirect("referrals:one", reference=referral.reference)
