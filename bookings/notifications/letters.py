"""The words of the messages. Neutral: no matter, no names, nothing of what another party did.

Anybody may see a message, so that what to have with one and how to get there stand on the personal page
behind the link; e-mail and text message say the same. Of a place the address alone is said, since its
name might tell. Every function writes in the language that is active. {link} is left for the
outbox to fill in.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.lifecycle.decline_reasons import reason_said
from bookings.models import Answer, Appointment, Party, TimeOffer
from bookings.notifications.letterhead import Letter, write_letter
from office.core import dates
from office.messaging.outbox import CODE_MARK, LINK_MARK
from office.models import Channel, Professional, ServicePoint, Unit


def when(appointment: Appointment) -> str:
    """ke 25.11.2026 klo 9.30; empty where there is no time."""
    return dates.when(appointment.starts_at, get_language()) if appointment.starts_at else ""


def place(appointment: Appointment) -> str:
    """Where, or how, on one line."""
    return place_of(appointment.channel, appointment.service_point)


def place_of(channel: str, point: ServicePoint | None, *, calls: bool = True) -> str:
    """The same of a channel and a point. `calls`: it is the reader whom we call."""
    if channel == Channel.PHONE:
        return _("By phone: we call you") if calls else _("By phone")
    if channel == Channel.VIDEO:
        return _("By video")
    return point.address if point else ""


def named_place(channel: str, point: ServicePoint | None) -> str:
    """Where, for the unit's own staff and pages: with the point's name."""
    if channel == Channel.IN_PERSON and point:
        return f"{point.name}, {point.address}"
    return place_of(channel, point)


def language_of(professional: Professional) -> str:
    """The language in which the professional reads the tool."""
    if professional.user is not None:
        return dates.known(professional.user.language)
    return dates.known(professional.languages[0] if professional.languages else "fi")


def received(appointment: Appointment, party: Party, unit: Unit) -> Letter:
    """The request has come in."""
    due = appointment.answer_due_at
    return write_letter(
        _("Your request for an appointment"),
        [
            _("We have received your request for an appointment."),
            _("You asked for this time: %(when)s") % {"when": when(appointment)}
            if appointment.starts_at
            else "",
            _("We answer by %(when)s at the latest.") % {"when": _moment(due)} if due else "",
            _("The time is yours only after we have confirmed it.")
            if appointment.starts_at
            else "",
            _own_page(_("On your own page you see how it goes, and can cancel:")),
            _reference(appointment, unit),
        ],
        unit,
        sms=_("We have received your request. Your own code is %(code)s. See your own page:")
        % {"code": CODE_MARK},
    )


def confirmed(appointment: Appointment, party: Party, unit: Unit) -> Letter:
    """The time is agreed; an invited party is asked whether it suits."""
    told = {"when": when(appointment), "street": _street(appointment)}
    if _is_asked(party):
        first = _("A time has been reserved for you. Please tell us whether it suits you.")
        page = _("Please answer on your own page. It also says what to have with you:")
        sms = _("A time for you: %(when)s%(street)s. Does it suit you? Answer:")
    else:
        first = _("Your time is confirmed.")
        page = _see_page()
        sms = _("Your time: %(when)s%(street)s. See, cancel or move it:")
    return write_letter(
        _("Your time: %(when)s") % told,
        [
            first,
            _facts(appointment),
            _own_page(page),
            _reference(appointment, unit),
        ],
        unit,
        sms=sms % told,
    )


def moved(appointment: Appointment, party: Party, unit: Unit) -> Letter:
    """Another time holds instead."""
    told = {"when": when(appointment), "street": _street(appointment)}
    asks = _is_asked(party)
    return write_letter(
        _("Your new time: %(when)s") % told,
        [
            _("Your time has been moved. The earlier time no longer holds."),
            _facts(appointment),
            _own_page(
                _("Please tell us on your own page whether the new time suits you:")
                if asks
                else _see_page()
            ),
            _reference(appointment, unit),
        ],
        unit,
        sms=(
            _("New time: %(when)s%(street)s. Does it suit you? Answer:")
            if asks
            else _("New time: %(when)s%(street)s. See, cancel or move it:")
        )
        % told,
    )


def place_changed(appointment: Appointment, party: Party, unit: Unit) -> Letter:
    """The same time, elsewhere or in another way."""
    told = {"when": when(appointment), "street": _street(appointment), "how": place(appointment)}
    asks = _is_asked(party)
    by_phone_or_video = appointment.channel != Channel.IN_PERSON
    return write_letter(
        _("A change to your time: %(when)s") % told,
        [
            _("Your time stays, but where or how we meet has changed."),
            _facts(appointment),
            _own_page(
                _("Please tell us on your own page whether this suits you:")
                if asks
                else _see_page()
            ),
            _reference(appointment, unit),
        ],
        unit,
        sms=(
            _("A change to your time %(when)s: %(how)s. See your own page:")
            if by_phone_or_video
            else _("A change to your time: %(when)s%(street)s. See your own page:")
        )
        % told,
    )


def cancelled(appointment: Appointment, party: Party, unit: Unit) -> Letter:
    """Nothing is to come. Who cancelled is not said, to either party."""
    told = {"when": when(appointment)}
    has_time = bool(appointment.starts_at)
    return write_letter(
        _("Your time has been cancelled"),
        [
            _("The time %(when)s has been cancelled. You need not come.") % told
            if has_time
            else _("Your request for an appointment has been cancelled."),
            _("You are welcome to ask for a new time whenever you wish."),
            _own_page(_("Your own page:")),
            _reference(appointment, unit),
        ],
        unit,
        sms=_("The time %(when)s has been cancelled. You need not come. Your own page:") % told
        if has_time
        else _("Your request has been cancelled. Your own page:"),
    )


def declined(appointment: Appointment, party: Party, unit: Unit, reason: str) -> Letter:
    """The request cannot be met, and why."""
    return write_letter(
        _("About your request for an appointment"),
        [
            _("We cannot give you the appointment that you asked for."),
            reason_said(reason),
            _("If you are unsure what to do next, call us: we help you on."),
            _own_page(_("Your own page:")),
            _reference(appointment, unit),
        ],
        unit,
        sms=_("There is an answer to your request. Read it on your own page:"),
    )


def offered(
    appointment: Appointment,
    party: Party,
    unit: Unit,
    offers: Iterable[TimeOffer],
    *,
    had_time: bool = False,
) -> Letter:
    """Some times are kept for the parties to choose from; `had_time`: in place of an agreed one."""
    kept = list(offers)
    until = {"when": _moment(min((o.expires_at for o in kept), default=None))}
    language = get_language()
    earlier = _("Your earlier time no longer holds.") if had_time else ""
    if not kept:
        choose = _("We offer you times. Choose one here:")
    elif had_time:
        choose = _("Choose a new one by %(when)s:") % until
    else:
        choose = _("We offer you times. Choose one by %(when)s:") % until
    times = "\n".join(f"- {_time_and_place(offer, language)}" for offer in kept)
    return write_letter(
        _("Choose a time"),
        [
            earlier,
            _("We offer you these times. Choose the one that suits you."),
            times,
            _("The times are kept for you until %(when)s.") % until if kept else "",
            _own_page(_("Choose the time on your own page:")),
            _reference(appointment, unit),
        ],
        unit,
        sms=" ".join(filter(None, [earlier, choose])),
    )


def _time_and_place(offer: TimeOffer, language: str | None) -> str:
    span = dates.when_range(offer.starts_at, offer.ends_at, language)
    return ", ".join(filter(None, [span, place_of(offer.channel, offer.service_point)]))


def move_kept(appointment: Appointment, party: Party, unit: Unit) -> Letter:
    """The request to move could not be met."""
    told = {"when": when(appointment), "street": _street(appointment)}
    return write_letter(
        _("Your time stays: %(when)s") % told,
        [
            _("We could not move your time. It stays as it was."),
            _facts(appointment),
            _own_page(_("On your own page you can cancel the time or ask for another one:")),
            _reference(appointment, unit),
        ],
        unit,
        sms=_("Your time stays: %(when)s%(street)s. See, cancel or move it:") % told,
    )


def earlier(appointment: Appointment, party: Party, unit: Unit, offer: TimeOffer) -> Letter:
    """An earlier time is free: the same words to all who are asked, whoever wished for it."""
    language = get_language()
    told = {
        "when": dates.when(offer.starts_at, language),
        "until": dates.when(offer.expires_at, language),
    }
    where = place_of(offer.channel, offer.service_point)
    return write_letter(
        _("An earlier time is free: %(when)s") % told,
        [
            _("An earlier time is free. Would it suit you?"),
            "\n".join(
                [
                    _("When: %(when)s")
                    % {"when": dates.when_range(offer.starts_at, offer.ends_at, language)},
                    *([_("Where: %(place)s") % {"place": where}] if where else []),
                ]
            ),
            _(
                "It holds once all who are asked have accepted. Until then your present time holds: "
                "%(when)s."
            )
            % {"when": when(appointment)},
            _own_page(_("Please answer on your own page by %(until)s:") % told),
            _reference(appointment, unit),
        ],
        unit,
        sms=_("An earlier time is free: %(when)s. Answer by %(until)s:") % told,
    )


def earlier_ended(appointment: Appointment, party: Party, unit: Unit) -> Letter:
    """The earlier time is off, for whatever reason."""
    told = {"when": when(appointment), "street": _street(appointment)}
    return write_letter(
        _("Your time stays: %(when)s") % told,
        [
            _("The earlier time that we asked about could not be used. Your time stays as it was."),
            _facts(appointment),
            _own_page(_see_page()),
            _reference(appointment, unit),
        ],
        unit,
        sms=_("Your time stays: %(when)s%(street)s. See, cancel or move it:") % told,
    )


def reminder(appointment: Appointment, party: Party, unit: Unit) -> Letter:
    """The visit is near; who has not answered yet is asked once more."""
    told = {"when": when(appointment), "street": _street(appointment)}
    asks = _is_asked(party)
    return write_letter(
        _("Reminder: %(when)s") % told,
        [
            _("You have a time with us soon. You have not told us yet whether it suits you.")
            if asks
            else _("You have a time with us soon."),
            _facts(appointment),
            _own_page(
                _("Please answer on your own page. It also says what to have with you:")
                if asks
                else _(
                    "Your own page says how to get there and what to have with you. If you cannot come, "
                    "please cancel there:"
                )
            ),
            _reference(appointment, unit),
        ],
        unit,
        sms=(
            _("Reminder: %(when)s%(street)s. Does it suit you? Please answer:")
            if asks
            else _("Reminder: %(when)s%(street)s. If you cannot come, cancel:")
        )
        % told,
    )


def own_link(appointment: Appointment, party: Party, unit: Unit) -> Letter:
    """The link to one's own page, where it is a new one."""
    return write_letter(
        _("Your own page has a new address"),
        [
            _(
                "This is the new link to your own page with us. Links that you had before do not open it."
            ),
            _own_page(_("Your own page:")),
            _reference(appointment, unit),
        ],
        unit,
        sms=_("The new link to your own page with us. Earlier links do not open it:"),
    )


def introduced(letter: Letter, appointment: Appointment, party: Party, unit: Unit) -> Letter:
    """The first message to somebody who did not ask us: who writes, why, and whence we know of them.

    The source of the contact details is told with the first message, as article 14 of the General Data
    Protection Regulation asks.
    """
    sms = f"{unit.sender_name}: {letter.sms}" if letter.sms else ""
    if letter.sms and party.answer == Answer.ASKED and appointment.starts_at:
        told = {
            "sender": unit.sender_name,
            "when": when(appointment),
            "street": _street(appointment),
            "call": _("Questions: %(phone)s.") % {"phone": unit.phone} if unit.phone else "",
        }
        if party.given_by_other:
            said = _(
                "%(sender)s: a time is reserved for you: %(when)s%(street)s. Whoever asked for it gave "
                "us your number. %(call)s Does it suit you? Answer:"
            )
        else:
            said = _(
                "%(sender)s: a time is reserved for you: %(when)s%(street)s. %(call)s Does it suit you? "
                "Answer:"
            )
        sms = f"{' '.join((said % told).split())} {LINK_MARK}"
    who = [*introduction(unit, by_other=party.given_by_other), _call_to_check(unit)]
    first = "\n\n".join(filter(None, who))
    return replace(letter, body=f"{first}\n\n{letter.body}", sms=sms)


def introduction(unit: Unit, *, by_other: bool) -> list[str]:
    """Who writes to somebody who did not ask, why, and whence their contact details are.

    `by_other`: from the one who asked, and not from themselves.
    """
    why = _(
        "This is %(sender)s. We write to you because somebody has asked us for an appointment to which "
        "you are invited as well."
    )
    source = _("We have your contact details from the person who asked for the appointment.")
    return [why % {"sender": unit.sender_name}, *([source] if by_other else [])]


def _call_to_check(unit: Unit) -> str:
    if not unit.phone:
        return ""
    return _("If you want to make sure that this message is from us, call us: %(phone)s.") % {
        "phone": unit.phone
    }


def for_professional(
    appointment: Appointment, professional: Professional, unit: Unit, what: str
) -> Letter:
    """To somebody who meets the parties: when, where, for which service, with whom. Nothing of the
    clients; the subject and the calendar entry, which others may see, say neither service nor place."""
    told = {"when": when(appointment)}
    subject, first = {
        "booked": (_("Booked: %(when)s"), _("A time has been booked for you.")),
        "moved": (_("Moved: %(when)s"), _("An appointment of yours has been moved to this time.")),
        "changed": (_("Changed: %(when)s"), _("An appointment of yours has changed.")),
        "cancelled": (
            _("Cancelled: %(when)s"),
            _("This appointment has been cancelled. The time is free again."),
        ),
    }[what]
    pair = [
        f"{p.name}, {p.title}" if p.title else p.name
        for p in appointment.professionals.exclude(pk=professional.pk)
    ]
    names = {"fi": _("Finnish"), "sv": _("Swedish"), "en": _("English")}
    facts = [
        _facts(appointment, for_staff=True),
        _("Service: %(service)s") % {"service": appointment.service.name},
        _("You see whom to call, and the number, on your page My day.")
        if appointment.channel == Channel.PHONE and what != "cancelled"
        else "",
        _("Room: %(room)s") % {"room": appointment.room.name} if appointment.room else "",
        _("Working pair: %(names)s") % {"names": "; ".join(pair)} if pair else "",
        _("Language: %(language)s")
        % {"language": names.get(appointment.language, appointment.language)},
        _("Reference code: %(code)s") % {"code": appointment.reference},
    ]
    return write_letter(subject % told, [first, "\n".join(filter(None, facts))], unit, sms="")


def _facts(appointment: Appointment, *, for_staff: bool = False) -> str:
    """When and where, one on a line."""
    if not appointment.starts_at or not appointment.ends_at:
        return ""
    span = dates.when_range(appointment.starts_at, appointment.ends_at, get_language())
    where = place(appointment)
    if for_staff and appointment.channel == Channel.PHONE:
        where = _("By phone: you call")
    elif for_staff:
        where = named_place(appointment.channel, appointment.service_point)
    return "\n".join(
        filter(
            None,
            [
                _("When: %(when)s") % {"when": span},
                _("Where: %(place)s") % {"place": where} if where else "",
            ],
        )
    )


def _street(appointment: Appointment) -> str:
    """ ", Esimerkkikatu 1, Porvoo" for text messages: the point's name might tell the matter."""
    return _street_of(appointment.channel, appointment.service_point)


def _street_of(channel: str, point: ServicePoint | None) -> str:
    if point is None or channel != Channel.IN_PERSON:
        return ""
    return f", {point.street}, {point.city}"


def _see_page() -> str:
    return _(
        "Your own page says how to get there and what to have with you. There you can also cancel the "
        "time or ask to move it:"
    )


def _own_page(invitation: str) -> str:
    return f"{invitation}\n{LINK_MARK}"


def _reference(appointment: Appointment, unit: Unit) -> str:
    # Not the appointment's: both parents have that, and it says of nobody who is calling.
    told = {"code": CODE_MARK, "phone": unit.phone}
    if unit.phone:
        return _("Your own code is %(code)s. If you call us, read it out: %(phone)s") % told
    return _("Your own code is %(code)s.") % told


def _is_asked(party: Party) -> bool:
    """Whether the party is to say if the time suits; who sent the request, only of a new one."""
    return party.answer == Answer.ASKED or (
        party.answer == Answer.NOT_ASKED and not party.is_requester
    )


def _moment(moment: datetime | None) -> str:
    return dates.when(moment, get_language()) if moment else ""
