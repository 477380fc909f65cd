"""Words and tags that the desk's pages share."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from bookings.models import Answer, Appointment, Party, Status
from office.core import clock, dates
from office.core.names import surname
from office.core.set_up_cache import rows_kept_until_set_up_changes
from office.models import Channel, ServicePoint


@dataclass(frozen=True)
class Tag:
    """A state in a word or two."""

    text: str
    css: str = ""
    icon: str = ""


def status_label(appointment: Appointment) -> str:
    return str(appointment.get_status_display())


def status_tag(appointment: Appointment) -> Tag:
    css = {
        Status.REQUESTED: ("tag--wait", "clock"),
        Status.OFFERED: ("tag--wait", "clock"),
        Status.CONFIRMED: ("tag--good", "check"),
        Status.DONE: ("tag--good", "check"),
        Status.ARRIVED: ("tag--good", "check"),
        Status.IN_MEETING: ("tag--good", "people"),
    }.get(Status(appointment.status), ("tag--quiet", ""))
    return Tag(status_label(appointment), *css)


def answer_tag(party: Party) -> Tag:
    """Label the party's answer to the time, in a word or two."""
    if party.is_requester:
        return Tag(_("Asked for this"), "tag--quiet")
    if party.rules.comes_along:
        if party.is_unasked:
            return Tag(_("Told by whom they accompany, not by us"), "tag--quiet")
        return Tag(_("We write to them, with leave"), "tag--good", "check")
    return {
        Answer.ACCEPTED: Tag(pgettext("invited parent", "Accepted"), "tag--good", "check"),
        Answer.DECLINED: Tag(pgettext("invited parent", "Declined"), "tag--bad", "cross"),
        Answer.ASKED: Tag(_("Asked, no answer yet"), "tag--wait", "clock"),
    }.get(Answer(party.answer), Tag(_("Does not know of this yet"), "tag--quiet"))


def surnames_label(names: Iterable[str]) -> str:
    """Name a row or a cell so that it differs from the others: "Virtala, Korpi", or "nameless"."""
    return ", ".join(surname(name) for name in names if name) or _("nameless")


def language_label(code: str) -> str:
    return {"fi": _("Finnish"), "sv": _("Swedish"), "en": _("English")}.get(code, code)


def place_label(channel: str, point: ServicePoint | None) -> str:
    """Name the place in a word or two."""
    if channel == Channel.PHONE:
        return _("by phone")
    if channel == Channel.VIDEO:
        return _("by video")
    if channel == Channel.HOME_VISIT:
        return _("home visit")
    return str(point.name) if point else _("at a service point")


def short_names(points: Mapping[int, tuple[str, str]]) -> dict[int, str]:
    """Shorten names of service points, by name and city: by the city where there is one point in it."""
    cities = Counter(city for _name, city in points.values())
    return {pk: city if city and cities[city] == 1 else name for pk, (name, city) in points.items()}


@rows_kept_until_set_up_changes
def short_point_names() -> dict[int, str]:
    """Return the short names of all service points. One query."""
    rows = ServicePoint.objects.values_list("pk", "name", "city")
    return short_names({pk: (name, city) for pk, name, city in rows})


def short_place_label(channel: str, point: int | None, names: Mapping[int, str]) -> str:
    """Name the place as briefly as a button needs; `names`: those of `short_point_names`."""
    known = names.get(point or 0) if channel == Channel.IN_PERSON else None
    return known or place_label(channel, None)


def by_video_label(appointment: Appointment) -> str:
    """Return how many take part by video where the others come. Of a list, fetch the parties with it."""
    if appointment.channel != Channel.IN_PERSON:
        return ""
    parties = appointment.parties.all()
    count = sum(party.joins_by_video and party.rules.is_invited for party in parties)
    return ngettext("one by video", "%(count)s by video", count) % {"count": count} if count else ""


def short_when(moment: datetime) -> str:
    """Word a moment: ke 25.11. 9.30"""
    language = get_language()
    return f"{dates.short_day(moment, language)} {dates.clock(moment, language)}"


def days_left(starts_at: datetime, now: datetime) -> str:
    """Say in how many days a visit is."""
    days = (clock.local(starts_at).date() - clock.local(now).date()).days
    if days < 0:
        return _("the visit is over")
    if days < 2:
        return _("tomorrow") if days else _("today")
    return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}


def rough(time: timedelta) -> str:
    """Word a duration: 2 h 10 min; from a working day on whole hours only."""
    minutes = int(time.total_seconds() // 60)
    return dates.duration(minutes if minutes < 480 else minutes // 60 * 60)
