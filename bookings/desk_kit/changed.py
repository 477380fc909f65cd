"""What happened to an appointment while somebody looked at it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.desk_kit.history import HistoryStep, step_of
from bookings.desk_kit.labels import Tag, answer_tag, place_label, status_tag
from bookings.desk_kit.people_labels import nameless_label
from bookings.models import Appointment
from office.core import dates

# So many of the last steps are listed where the form does not carry what had been seen.
LAST_STEPS = 3


@dataclass(frozen=True)
class ChangedSince:
    """The present state, and the events since it was looked at."""

    tag: Tag
    now: list[tuple[str, str]]
    since: list[HistoryStep]


@dataclass(frozen=True)
class FieldDifference:
    """One field: what was wanted, and what is stored now."""

    name: str
    wanted: str
    now: str

    @property
    def differs(self) -> bool:
        return self.wanted != self.now


def differences(
    wanted: Sequence[tuple[str, str]], now: Sequence[tuple[str, str]]
) -> list[FieldDifference]:
    """Return every field that either has, those that differ first."""
    first, second = dict(wanted), dict(now)
    rows = [
        FieldDifference(name, first.get(name, "–"), second.get(name, "–"))
        for name in {**first, **second}
    ]
    return sorted(rows, key=lambda row: not row.differs)


def changed_since(appointment: Appointment, seen: int) -> ChangedSince:
    """Return the events after version `seen` (0: not known), the oldest first. Four queries."""
    steps = max(1, appointment.version - seen) if seen else LAST_STEPS
    events = list(appointment.events.select_related("user", "party").order_by("-at", "-pk")[:steps])
    staff = ", ".join(appointment.staff.values_list("professional__name", flat=True))
    place = place_label(appointment.channel, appointment.service_point)
    if appointment.room is not None:
        place = f"{place}, {appointment.room.name}"
    when = _("No time chosen")
    if appointment.starts_at and appointment.ends_at:
        when = dates.when_range(appointment.starts_at, appointment.ends_at, get_language())
    now = [(_("Time"), when), (_("Place"), place)]
    if staff:
        now.append((_("Who meets them"), staff))
    now += [
        (party.name or nameless_label(party), answer_tag(party).text)
        for party in appointment.parties.filter(left_at=None).order_by("-is_requester", "pk")
    ]
    if appointment.secretary_note:
        now.append((_("Own note"), appointment.secretary_note))
    return ChangedSince(
        status_tag(appointment), now, [step_of(event) for event in reversed(events)]
    )
