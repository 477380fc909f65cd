"""Call-backs in words: for the one who reserved, for the desk, for those who call."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber

from bookings.availability.call_slots import CallTime
from bookings.availability.codec import time_value
from bookings.call_backs.actions import may_cancel, may_keep
from bookings.call_backs.figures import weeks_of_calls
from bookings.desk_kit.labels import Tag, language_label
from bookings.models import CallBack, CallStatus
from office.calendar.orphan_words import orphan_label
from office.core import clock, dates, phones
from office.models import Unit


@dataclass(frozen=True)
class CallChoice:
    """A free time to choose; nobody is named."""

    value: str
    start: datetime


@dataclass(frozen=True)
class DayOfCalls:
    date: date
    times: list[CallChoice]


def days_of(starts: Sequence[datetime]) -> list[DayOfCalls]:
    """Free times by day."""
    return [
        DayOfCalls(day, [CallChoice(time_value(start), start) for start in group])
        for day, group in groupby(starts, key=lambda s: clock.local(s).date())
    ]


def masked(phone: PhoneNumber | str) -> str:
    """Mask a number so that only its owner knows what is left out: 040 ••• ••67."""
    digits = phones.shown(phone).replace(" ", "")
    if len(digits) < 7:
        return "•" * len(digits)
    return f"{digits[:3]} ••• ••{digits[-2:]}"


def status_notice(call: CallBack, now: datetime) -> tuple[str, str, str]:
    """Return tone, headline and a sentence for the personal page."""
    if call.is_cancelled:
        return "quiet", _("The call has been cancelled"), _("We do not call you.")
    if call.was_reached:
        return "good", _("The call has taken place"), ""
    if call.was_not_reached:
        return (
            "quiet",
            _("We did not reach you"),
            _("You can reserve a new call-back time, or call us."),
        )
    if call.is_to_call_again:
        return (
            "wait",
            _("We did not reach you yet"),
            _("We try again. You can also call us, or reserve a new time."),
        )
    if call.is_calling or call.starts_at <= now:
        return "good", _("We are calling you about now"), _("Please keep your phone at hand.")
    return (
        "good",
        _("Your call-back time is reserved"),
        _("Please keep your phone at hand. The call may come from an unknown number."),
    )


@dataclass(frozen=True)
class CallStep:
    """A button, with its key where this call is the next one."""

    name: str
    text: str
    key: str


@dataclass(frozen=True)
class CallRow:
    """A call-back as staff see it."""

    call: CallBack
    phone: str
    language: str
    matter: str
    tag: Tag | None
    steps: list[CallStep]
    voicemail: str
    is_overdue: bool
    orphan: str
    # Which partner has asked for it; empty where it was the caller, or staff.
    referred_by: str
    may_keep: bool

    @property
    def may_move(self) -> bool:
        return self.call.is_reserved or self.call.is_to_call_again

    @property
    def may_cancel(self) -> bool:
        return may_cancel(self.call, by_caller=False)

    @property
    def has_more(self) -> bool:
        """Whether there are several buttons to put away; a single one stands open."""
        return len(self.steps) + self.may_cancel > 1


TAGS = {
    CallStatus.CALLING: ("tag--wait", "phone"),
    CallStatus.AGAIN: ("tag--wait", "clock"),
    CallStatus.REACHED: ("tag--good", "check"),
    CallStatus.NOT_REACHED: ("tag--bad", "cross"),
    CallStatus.CANCELLED: ("tag--quiet", "cross"),
}


def rows_of(calls: Iterable[CallBack]) -> list[CallRow]:
    """Lay out the calls with their buttons; everything is fetched already."""
    now, today = clock.now(), clock.today()
    rows = []
    for call in calls:
        status = CallStatus(call.status)
        css, icon = TAGS.get(status, ("", ""))
        claim = call.claim
        orphan = claim is not None and claim.orphaned_at is not None and call.is_open
        rows.append(
            CallRow(
                call=call,
                phone=phones.shown(call.phone),
                language=language_label(call.language),
                matter=str(call.service.name) if call.service else _("something else"),
                tag=Tag(str(status.label), css, icon) if css else None,
                steps=_steps(status) if clock.local(call.starts_at).date() <= today else [],
                voicemail=_("a voicemail may be left")
                if call.voicemail_is_safe
                else _("no voicemail"),
                is_overdue=call.is_reserved and call.ends_at <= now,
                orphan=orphan_label(claim.orphan_reason) if orphan and claim else "",
                referred_by=str(call.referred_by.name) if call.referred_by else "",
                may_keep=may_keep(call),
            )
        )
    return rows


def _steps(status: CallStatus) -> list[CallStep]:
    calling = CallStep("calling", _("Calling"), "c")
    reached = CallStep("reached", _("Reached"), "r")
    again = CallStep("again", _("Not reached, try again"), "e")
    closed = CallStep("closed", _("Not reached, close"), "x")
    reopen = CallStep("again", _("Call again after all"), "")
    return {
        CallStatus.RESERVED: [calling, reached, again, closed],
        CallStatus.CALLING: [reached, again, closed],
        CallStatus.AGAIN: [calling, reached, again, closed],
        CallStatus.REACHED: [reopen],
        CallStatus.NOT_REACHED: [reopen],
    }.get(status, [])


def desk_choices(
    times: Iterable[CallTime], names: dict[int, str], languages: dict[int, list[str]]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Free times for the desk's field, by day: the clock, who calls, and in which languages."""
    language = get_language()

    def words(time: CallTime) -> str:
        spoken = ", ".join(languages.get(time.professional, ()))
        name = names.get(time.professional, "")
        at = f"{dates.short_day(time.start, language)} {dates.clock(time.start, language)}"
        return f"{at} · {name} ({spoken})"

    return [
        (
            dates.day(day, language),
            [(time_value(t.start, t.professional), words(t)) for t in group],
        )
        for day, group in groupby(times, key=lambda t: clock.local(t.start).date())
    ]


def figures_text(unit: Unit) -> SafeString:
    """Render the weekly figures for the place next to the switch."""
    return render_to_string("bookings/call_backs/_figures.html", {"weeks": weeks_of_calls(unit)})
