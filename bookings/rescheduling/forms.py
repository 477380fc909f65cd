"""How an appointment is to stand, as the page of changing it sends it. Shape of the input only."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from bookings.models import Appointment
from bookings.parties import conflicts
from bookings.rescheduling.plan import VisitArrangement
from office.core import clock, dates
from office.core.names import Alphabetical
from office.models import Channel, Professional, Room, ServicePoint
from office.ui.date_fields import ClockField, DayField, DayInput, TimeInput
from office.ui.fields import field_of

WALL_CLOCK = "%Y-%m-%dT%H:%M"
BIGGEST = 2**31


class ChangeForm(forms.Form):
    """Time, channel, place, room, and who meets the parties: whoever leads comes first."""

    day = DayField(
        label=_("Day"), widget=DayInput(attrs={"class": "input input--short", "data-key": "a"})
    )
    time = ClockField(label=_("Time"), widget=TimeInput(attrs={"class": "input input--short"}))
    channel = forms.ChoiceField(label=_("Channel"))
    point = forms.TypedChoiceField(
        label=_("Service point"), coerce=int, empty_value=None, required=False
    )
    room = forms.TypedChoiceField(label=_("Room"), coerce=int, empty_value=None, required=False)
    outside = forms.BooleanField(required=False)
    together = forms.BooleanField(required=False)
    place_agreed = forms.BooleanField(required=False)

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.appointment = appointment
        names = dict(Channel.choices)
        known = dict.fromkeys([*appointment.matters.staff_channels, appointment.channel])
        self._choices("channel", [(c, names[Channel(c)]) for c in known])
        points = ServicePoint.objects.in_use()
        self._choices("point", [("", _("None")), *((p.pk, p.name) for p in points)])
        rooms = Room.objects.filter(is_active=True, service_point__in=points)
        self.rooms = list(rooms.select_related("service_point"))
        self._choices("room", [("", ""), *((r.pk, r.name) for r in self.rooms)])
        # Who gives the service can be chosen, and is asked as a partner. Who stays out of the matter, or
        # does not give it, stays in sight only to be replaced.
        present = Q(pk__in=appointment.staff.values("professional"))
        giving = Professional.objects.giving(appointment.matters.services)
        gives = Q(pk__in=giving.values("pk")) | Q(organisation__isnull=False)
        barred = Q(pk__in=conflicts.barred_from(appointment.pk))
        people = Professional.objects.in_use().filter(present | gives & ~barred).distinct()
        self.people = list(people.select_related("organisation").order_by(Alphabetical("name")))
        self.professionals: list[int] = []

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field_of(self, name, forms.ChoiceField).choices = choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "day" in data and "time" in data:
            data["start"] = clock.at(data["day"], data["time"])
            if data["start"] <= clock.now() and data["start"] != self.appointment.starts_at:
                self.add_error("day", _("Choose a future time."))
        known = {person.pk: person for person in self.people}
        values = self.data.getlist("professional") if hasattr(self.data, "getlist") else []
        ids = [int(v) for v in values if v.isdecimal() and int(v) < BIGGEST]
        self.professionals = list(dict.fromkeys(pk for pk in ids if pk in known))
        refused = self._refused(set(ids) - set(known))
        if refused:
            # Nobody who was asked for vanishes unsaid.
            self.add_error(None, refused)
        elif not self.professionals:
            self.add_error(None, _("Choose who meets the parties."))
        elif known[self.professionals[0]].organisation_id is not None:
            self.add_error(None, _("One of the unit's own leads; a partner joins them."))
        if data.get("channel") == Channel.IN_PERSON and not data.get("point"):
            self.add_error("point", _("Choose the service point."))
        room = next((r for r in self.rooms if r.pk == data.get("room")), None)
        if room is not None and room.service_point_id != data.get("point"):
            # The place was changed after the room was chosen: any room there will do.
            data["room"] = None
        return data

    def _refused(self, ids: set[int]) -> list[str]:
        """Say why each of those asked for who cannot be chosen does not meet the parties."""
        if not ids:
            return []
        barred = conflicts.barred_from(self.appointment.pk)
        asked = Professional.objects.filter(pk__in=ids).order_by(Alphabetical("name"))
        return [self._why_not(person, barred) % {"name": person.name} for person in asked]

    def _why_not(self, person: Professional, barred: frozenset[int]) -> str:
        if person.pk in barred:
            return gettext("%(name)s stays out of this matter.")
        if not person.is_active:
            return gettext("%(name)s cannot be booked any more.")
        return gettext("%(name)s does not give this service.")

    def wanted(self) -> VisitArrangement:
        """Return what the form asks for; the form is valid."""
        data = self.cleaned_data
        return VisitArrangement(
            start=data["start"],
            channel=data["channel"],
            point=data["point"],
            professionals=tuple(self.professionals),
            room=data["room"],
        )


def split_start(given: QueryDict) -> QueryDict:
    """Split day and time into two fields, where they are in one as links carry them."""
    whole = given.copy()
    if "start" in given:
        day, time = as_typed(given.get("start", ""))
        whole.setdefault("day", day)
        whole.setdefault("time", time)
    return whole


def as_typed(start: str) -> tuple[str, str]:
    """Return day and time of a link's wall clock as one types them; an invalid one becomes the day."""
    try:
        moment = datetime.strptime(start, WALL_CLOCK)  # noqa: DTZ007 - a wall clock has no zone
    except ValueError:
        return start, ""
    language = get_language()
    return dates.date(moment.date(), language), dates.clock(moment.time(), language)


def parse_wall_clock(text: str) -> datetime | None:
    """Read a moment from an address, in Helsinki's wall clock."""
    try:
        moment = datetime.strptime(text, WALL_CLOCK)  # noqa: DTZ007 - a wall clock has no zone
    except ValueError:
        return None
    return clock.at(moment.date(), moment.time())


def as_query(wanted: VisitArrangement) -> list[tuple[str, str]]:
    """Return the change as an address or a form carries it. Nothing of the parties is in it."""
    pairs = [
        ("start", clock.local(wanted.start).strftime(WALL_CLOCK)),
        ("channel", wanted.channel),
        ("point", str(wanted.point or "")),
        *(("professional", str(pk)) for pk in wanted.professionals),
    ]
    return [*pairs, ("room", str(wanted.room))] if wanted.room is not None else pairs
