"""The rows of a day list. It lies about on paper, so it says less than a card.

Names are as those see them who meet the parties: both or none. The list of a service point is for the
reception and tells no matter. No words of parents stand on it, nothing protected, no number but to ring.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.appointments.separate_visits import Leaving
from bookings.desk_kit.labels import by_video_label, language_label, place_label, status_label
from bookings.desk_kit.leaving import own_leaving_label
from bookings.desk_kit.people_labels import parts_label
from bookings.lifecycle.phone_visits import Number
from bookings.models import Appointment, Meeting
from bookings.my_day.presenters import names_label, names_of
from office.core import clock, dates
from office.models import Professional


@dataclass(frozen=True)
class ListRow:
    """One visit."""

    time: str
    place: str
    names: str
    staff: str
    service: str
    language: str
    needs: list[str]
    numbers: list[str]
    reference: str
    status: str


@dataclass(frozen=True)
class ListFacts:
    """What the rows are made of besides the visits, by appointment."""

    one_is_unknown: set[int]
    leaving: Mapping[int, Leaving]
    numbers: Mapping[int, Sequence[Number]]


def row_of(visit: Appointment, facts: ListFacts, of: Professional | None) -> ListRow:
    """Lay out a row of the list `of` a professional; without one, of a service point."""
    language = get_language()
    start, end = visit.starts_at or clock.now(), visit.ends_at or clock.now()
    parties = list(visit.parties.all())
    names = names_of(parties, one_is_unknown=visit.pk in facts.one_is_unknown)
    place = place_label(visit.channel, visit.service_point) if of is not None else ""
    room = str(visit.room.name) if visit.room else ""
    return ListRow(
        time=dates.clock_range(start, end, language),
        place=", ".join(filter(None, [room, place])),
        names=names_label(names, is_anonymous=visit.is_anonymous),
        staff=", ".join(
            member.professional.name for member in visit.staff.all() if member.professional != of
        ),
        service=visit.matters.name if of is not None else "",
        language=language_label(visit.language),
        needs=[
            # A role tells the matter: the reception's list has none.
            *(parts_label(parties, names_shown=all(names)) if of is not None else []),
            *_needs(visit, facts.leaving.get(visit.pk)),
        ],
        numbers=[_number_label(number) for number in facts.numbers.get(visit.pk, ())],
        reference=visit.reference,
        status="" if visit.is_confirmed else status_label(visit),
    )


def _needs(visit: Appointment, leaving: Leaving | None) -> list[str]:
    parties = list(visit.parties.all())
    interpreters = sorted({p.interpreter_label for p in parties if p.interpreter})
    found = [_("interpreter: %(language)s") % {"language": name} for name in interpreters]
    found += sorted({word for party in parties for word in party.access_labels})
    found += filter(None, [by_video_label(visit)])
    if visit.meeting == Meeting.SEPARATE:
        found.append(_("Separate arrival"))
    if leaving is not None:
        found.append(own_leaving_label(leaving))
    return found


def _number_label(number: Number) -> str:
    if not number.phone:
        return f"{number.name}: {_('no number')}" if number.name else _("no number")
    label = f"{number.name}: {number.phone}" if number.name else number.phone
    return label if number.voicemail_is_safe else f"{label} ({_('No voicemail')})"


def heads_of(of: Professional | None) -> list[str]:
    """Return the column headings of a list; see cells_of."""
    middle = [_("Matter"), _("With")] if of is not None else [_("Professional")]
    last = [_("Number to call")] if of is not None else []
    return [
        _("Time"),
        _("Room"),
        _("Names"),
        *middle,
        _("Language"),
        _("To take care of"),
        *last,
        _("Code"),
    ]


def cells_of(row: ListRow, of: Professional | None) -> list[list[str]]:
    """Return what stands in the columns, each in lines."""
    middle = [[row.service], [row.staff]] if of is not None else [[row.staff]]
    last = [row.numbers] if of is not None else []
    return [
        [row.time, *([row.status] if row.status else [])],
        [row.place],
        [row.names],
        *middle,
        [row.language],
        row.needs,
        *last,
        [row.reference],
    ]


def csv_rows(rows: Sequence[ListRow], of: Professional | None) -> list[list[str]]:
    return [
        list(heads_of(of)),
        *(["; ".join(lines) for lines in cells_of(row, of)] for row in rows),
    ]
