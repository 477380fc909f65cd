"""Those who have signed up, as staff see them: as little as the work needs."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.desk_kit.labels import Tag, language_label
from evenings.models import SignUp, SignUpStatus
from evenings.notifications.messages import ways_of
from evenings.planning.moves import Concerned
from office.core import dates
from office.models import MessageChannel, PartnerOrganisation, Professional, User


@dataclass(frozen=True)
class PersonRow:
    """One sign-up in the list."""

    pk: int
    number: str
    name: str
    people: int
    how: str
    # Nothing can be sent: they see changes on their own page alone.
    is_number_alone: bool
    tag: Tag
    place_in_line: int


@dataclass(frozen=True)
class RecipientRow:
    """How one sign-up is told of a change."""

    number: str
    name: str
    how: str
    is_number_alone: bool


@dataclass(frozen=True)
class HolderRow:
    """How one who holds the evening is told of a change."""

    name: str
    how: str
    is_call: bool


def how_of(sign_up: SignUp) -> str:
    """Say how one is told, and in which language."""
    names = {MessageChannel.EMAIL: _("e-mail"), MessageChannel.SMS: _("text message")}
    ways = [str(names[way.channel]) for way in ways_of(sign_up)]
    if ways:
        return _("%(ways)s (%(language)s)") % {
            "ways": _(" and ").join(ways),
            "language": language_label(sign_up.language),
        }
    if sign_up.email or sign_up.phone:
        return _("no message can be sent to this contact: sees it only on the own page")
    return _("a number alone: sees it only on the own page")


def recipient_rows(sign_ups: Iterable[SignUp]) -> list[RecipientRow]:
    return [
        RecipientRow(row.shown_number, row.first_name, how_of(row), not ways_of(row))
        for row in sign_ups
    ]


def holder_rows(concerned: Concerned, user: User) -> list[HolderRow]:
    """List everybody except the one who changes it."""
    people = [person for person in (*concerned.stays, *concerned.gone) if person.user_id != user.pk]
    return [*map(_holder_row, people), *map(_holder_row, concerned.partners)]


def _holder_row(holder: Professional | PartnerOrganisation) -> HolderRow:
    if holder.email:
        return HolderRow(holder.name, _("e-mail"), is_call=False)
    if holder.phone:
        how = _("has no e-mail address here: call %(phone)s") % {"phone": holder.phone}
    else:
        how = _("has no e-mail address here: tell them yourself")
    return HolderRow(holder.name, how, is_call=True)


def person_rows(sign_ups: Iterable[SignUp]) -> list[PersonRow]:
    """List those with a place first, then those offered one, then the line in its order."""
    order = [SignUpStatus.SIGNED, SignUpStatus.OFFERED, SignUpStatus.WAITING]
    rows, in_line = [], 0
    for row in sorted(sign_ups, key=lambda row: order.index(SignUpStatus(row.status))):
        in_line += row.is_waiting
        rows.append(
            PersonRow(
                pk=row.pk,
                number=row.shown_number,
                name=row.first_name,
                people=row.people,
                how=how_of(row),
                is_number_alone=not ways_of(row),
                tag=_tag(row),
                place_in_line=in_line if row.is_waiting else 0,
            )
        )
    return rows


def _tag(row: SignUp) -> Tag:
    if row.is_waiting:
        return Tag(_("Waits for a place"), "tag--wait", "clock")
    if row.offered_until is not None:
        until = dates.when(row.offered_until, get_language())
        return Tag(_("Is offered a place until %(until)s") % {"until": until}, "tag--wait", "mail")
    return Tag(_("Has a place"), "tag--good", "check")
