"""Links that fit: picked while one talks, and sent by e-mail or as a text message."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from bookings.appointments.notified_parties import may_be_notified
from bookings.appointments.undo import remember, undoably
from bookings.guidance.forms import LinksForm
from bookings.guidance.sending import Preview, preview, send_links
from bookings.lifecycle.references import normal_code
from bookings.models import Appointment, Call, Party, UndoKind
from bookings.parties.safe_channels import receiver_of, safe_contacts
from office.core import phones
from office.core.http import get_or_post
from office.core.languages import LANGUAGES
from office.core.tokens import keyed
from office.guidance.links import fitting
from office.messaging.outbox import channel_works
from office.models import (
    AccessAction,
    AccessReason,
    GuidanceLink,
    GuidanceSituation,
    MessageChannel,
    Service,
)
from office.staff.access_log import note_access
from office.staff.permissions import StaffRequest, secretary
from office.staff.rate_limits import TooManyTriesError


@dataclass(frozen=True)
class SituationChoice:
    """A situation to tick, and the digit that does it."""

    value: int
    name: str
    key: str
    is_on: bool


@dataclass(frozen=True)
class SafeWay:
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
        note_access(
            request.user,
            appointment.reference,
            action=AccessAction.READ,
            reason=AccessReason.BOOKING,
        )
    parties = [(key, way.sentence) for key, way in ways.items()]
    if request.method == "POST":
        form = LinksForm(request.POST, parties=parties)
        message = _message(form, ways) if form.is_valid() else None
        if message is None:
            return _page(request, form, appointment, status=422)
        if request.POST.get("checked") != message.fingerprint:
            # Also where something else was chosen after it was looked at.
            return _page(request, form, appointment, message=message)
        if _send(request, form, message, appointment):
            if appointment is not None:
                return redirect("staff:request", reference=appointment.reference)
            return redirect("staff:links")
        return _page(request, form, appointment, message=message, status=422)
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


def _ways(appointment: Appointment | None) -> dict[str, SafeWay]:
    if appointment is None:
        return {}
    languages = dict(LANGUAGES)
    return {
        f"{party.pk}-{way.channel}": SafeWay(
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
        if may_be_notified(party)
        for way in safe_contacts(party)
    }


@dataclass(frozen=True)
class LinksMessage:
    """What would be sent, and to whom. `party`: whose safe way it is; None where one said an address."""

    links: Sequence[GuidanceLink]
    channel: MessageChannel
    to: str
    language: str
    party: Party | None

    @property
    def is_sms(self) -> bool:
        return self.channel == MessageChannel.SMS

    @property
    def recipient(self) -> str:
        """ "Aino Virtala, 040 000 0217"; a protected address is not shown."""
        if self.party is not None and self.party.is_protected:
            return f"{self.party.name}, {MessageChannel(self.channel).label}"
        shown = phones.shown(self.to) if self.is_sms else self.to
        return f"{self.party.name}, {shown}" if self.party is not None else shown

    @property
    def fingerprint(self) -> str:
        """What says that the message is the one that was looked at."""
        chosen = [str(link.pk) for link in self.links]
        return keyed("links", " ".join([self.channel, self.to, self.language, *chosen]))[:32]

    @property
    def preview(self) -> Preview:
        return preview(self.links, channel=self.channel, language=self.language)


def _message(form: LinksForm, ways: dict[str, SafeWay]) -> LinksMessage | None:
    """Compose what the valid form asks for; None where its channel is not set up."""
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
        return None
    return LinksMessage(
        links=data["links"],
        channel=channel,
        to=way.to if way else data["to"],
        language=way.party.language if way else data["language"],
        party=way.party if way else None,
    )


def _send(
    request: StaffRequest, form: LinksForm, message: LinksMessage, appointment: Appointment | None
) -> bool:
    if message.party is not None and appointment is not None:
        note_access(
            request.user,
            appointment.reference,
            action=AccessAction.MESSAGE,
            reason=AccessReason.BOOKING,
        )

    def action() -> bool:
        return send_links(
            message.links,
            user=request.user,
            channel=message.channel,
            to=message.to,
            language=message.language,
            key=form.cleaned_data["key"],
            receiver=receiver_of(message.party) if message.party is not None else None,
        )

    try:
        is_new, undoable = undoably(
            action,
            what=UndoKind.LINKS,
            user=request.user,
            about=appointment.reference if appointment is not None else "",
        )
    except TooManyTriesError:
        form.add_error("to", _("So many messages were sent within the hour that this one was not."))
        return False
    remember(request.session, undoable)
    if not is_new:
        messages.info(request, _("The links were sent already; nothing was sent twice."))
    return True


def _page(
    request: StaffRequest,
    form: LinksForm,
    appointment: Appointment | None,
    *,
    call: Call | None = None,
    message: LinksMessage | None = None,
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
            "message": message,
            "appointment": appointment,
            "situations": [
                SituationChoice(s.pk, s.name, str(number) if number < 10 else "", s.pk in chosen)
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
