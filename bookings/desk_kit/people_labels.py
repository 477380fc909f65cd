"""Who comes besides the parents, and how old the children are, in words for staff."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.models import Appointment, Party, PartyRole


def part_label(party: Party) -> str:
    """Name the role of somebody; nothing for a parent, which most are."""
    return "" if party.role == PartyRole.PARENT else str(PartyRole(party.role).label)


def nameless_label(party: Party) -> str:
    """Return what stands for the name of somebody who has given none yet."""
    return part_label(party) or _("Invited parent, no details yet")


def parts_label(parties: Iterable[Party], *, names_shown: bool) -> list[str]:
    """Return those who are no parents, each with the role, and with whom they come along.

    `names_shown`: where one name alone would tell who asked, none is shown, nor whose support it is.
    """
    everybody = list(parties)
    names = {party.pk: party.name for party in everybody} if names_shown else {}
    return [
        _part(party, names.get(party.pk, ""), names.get(party.accompanies_id or 0, ""))
        for party in everybody
        if party.role != PartyRole.PARENT
    ]


def _part(party: Party, name: str, accompanied: str) -> str:
    label = part_label(party)
    if name:
        label = f"{label}: {name}"
    if accompanied:
        return _("%(who)s (comes with %(name)s)") % {"who": label, "name": accompanied}
    return label


def ages_label(appointment: Appointment) -> str:
    """Word the ages: "2 children: 4 and 7 years"; empty where they are not known."""
    ages = appointment.children_ages
    if not ages:
        return ""
    count = ngettext("%(count)d child", "%(count)d children", len(ages)) % {"count": len(ages)}
    return _("%(count)s: %(ages)s years") % {"count": count, "ages": _join(ages)}


def _join(ages: Sequence[int]) -> str:
    *first, last = map(str, ages)
    return _(" and ").join([", ".join(first), last]) if first else last
