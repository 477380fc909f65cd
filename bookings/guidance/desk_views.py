"""Links that fit: picked while one talks, and sent by e-mail or as a text message."""

from dataclasses import dataclass
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from bookings.guidance.forms import LinksForm
from bookings.guidance.sending import send_links
from bookings.lifecycle.references import normal_code
from bookings.models import Appointment, Call, Party
from bookings.parties.safe_channels import receiver_of, safe_contacts
from office.core.http import get_or_post
from office.core.languages import LANGUAGES
from office.messaging.outbox import channel_works
from office.models import GuidanceLink, GuidanceSituation, MessageChannel, Service
from office.setup.guidance import fitting
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary
from office.staff.rate_limits import TooManyTriesError


@dataclass(frozen=True)
class Choice:
    """A situation to tick, and the digit that does it."""

    value: int
    name: str
    key: str
    is_on: bool


@dataclass(frozen=True)
class Way:
    """A safe way to a party."""

    party: Party
    channel: MessageChannel
    to: str
    sentence: str


@get_or_post
@secretary
def links(request: StaffRequest) -> HttpResponse:
    """Pick by situation and service, tick, send. `ref`: an appointment whose parties are offered."""
    appointment = _appointment(request)
    ways = _ways(appointment)
    if appointment is not None:
        note_access(request.user, appointment.reference, action="read", reason="booking")
    parties = [(key, way.sentence) for key, way in ways.items()]
    if request.method == "POST":
        form = LinksForm(request.POST, parties=parties)
        if form.is_valid() and _send(request, form, ways, appointment):
            if appointment is not None:
                return redirect("staff:request", reference=appointment.reference)
            return redirect("staff:links")
        return _page(request, form, appointment, status=422)
    call = Call.objects.going_on().filter(user=request.user).first()
    known = {code for code, _name in LANGUAGES}
    language = call.language if call is not None and call.language in known else "fi"
    start = {"key": uuid4().hex, "language": language, "party": parties[0][0] if parties else ""}
    form = LinksForm(initial=start, parties=parties)
    return _page(request, form, appointment, call=call)


def _appointment(request: StaffRequest) -> Appointment | None:
    code = normal_code(request.GET.get("ref", ""))
    if not code:
        return None
    return get_object_or_404(Appointment, reference=f"{code[:3]}-{code[3:]}")


def _ways(appointment: Appointment | None) -> dict[str, Way]:
    if appointment is None:
        return {}
    languages = dict(LANGUAGES)
    return {
        f"{party.pk}-{way.channel}": Way(
            party,
            way.channel,
            way.to,
            "{name}: {how} ({language})".format(
                name=party.name or _("a party"),
                how=MessageChannel(way.channel).label,
                language=languages.get(party.language, party.language),
            ),
        )
        for party in appointment.parties.order_by("-is_requester", "pk")
        for way in safe_contacts(party)
    }


def _send(
    request: StaffRequest, form: LinksForm, ways: dict[str, Way], appointment: Appointment | None
) -> bool:
    data = form.cleaned_data
    way = ways.get(data.get("party", ""))
    channel = way.channel if way else data["channel"]
    if not channel_works(channel):
        form.add_error(
            "to",
            _("Text messages are not set up. Give an e-mail address.")
            if channel == MessageChannel.SMS
            else _("E-mail is not set up. Give a mobile number."),
        )
        return False
    if way is not None and appointment is not None:
        note_access(request.user, appointment.reference, action="message", reason="booking")
    try:
        is_new = send_links(
            data["links"],
            user=request.user,
            channel=channel,
            to=way.to if way else data["to"],
            language=way.party.language if way else data["language"],
            key=data["key"],
            receiver=receiver_of(way.party) if way else None,
        )
    except TooManyTriesError:
        form.add_error("to", _("So many messages were sent within the hour that this one was not."))
        return False
    if is_new:
        by_sms = channel == MessageChannel.SMS
        messages.success(
            request,
            _("The links are on their way as a text message.")
            if by_sms
            else _("The links are on their way by e-mail."),
        )
    else:
        messages.info(request, _("The links were sent already; nothing was sent twice."))
    return True


def _page(
    request: StaffRequest,
    form: LinksForm,
    appointment: Appointment | None,
    *,
    call: Call | None = None,
    status: int = 200,
) -> HttpResponse:
    situations = list(GuidanceSituation.objects.in_use())
    chosen = _numbers(request.GET.getlist("s")) & {s.pk for s in situations}
    services = list(Service.objects.in_use())
    service = next(iter(_numbers([request.GET.get("service", "")])), None)
    if call is not None and not chosen and "service" not in request.GET:
        service = call.service_id
    found = list(GuidanceLink.objects.in_use().prefetch_related("situations", "services"))
    fit = fitting(found, situations=chosen, service=service)
    ticked = {str(link.pk) for link in fit}
    if form.is_bound:
        ticked = set(request.POST.getlist("links"))
    return render(
        request,
        "bookings/guidance/links.html",
        {
            "form": form,
            "appointment": appointment,
            "situations": [
                Choice(s.pk, s.name, str(number) if number < 10 else "", s.pk in chosen)
                for number, s in enumerate(situations, start=1)
            ],
            "services": services,
            "service": service,
            "fit": fit,
            "others": [link for link in found if link not in fit],
            "ticked": ticked,
            "picked": bool(chosen or service),
        },
        status=status,
    )


def _numbers(texts: list[str]) -> set[int]:
    return {int(text) for text in texts if text.isdecimal() and len(text) < 10}
