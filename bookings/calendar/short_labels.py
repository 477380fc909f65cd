"""Names short enough for a cell: surnames of those who come."""

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext as _

from office.core.names import surname


def surnames(names: Iterable[str], *, is_anonymous: bool) -> str:
    """Shorten to `Salokangas – Ranta-Aho`; of one family with initials: `Virtala A. – Virtala E.`."""
    given = [" ".join(name.split()) for name in names]
    known = [name for name in given if name]
    if is_anonymous or not known:
        return " – ".join(map(surname, known)) or _("nameless")
    shared = Counter(map(surname, known))
    labels = [
        surname(name) if shared[surname(name)] == 1 or surname(name) == name else _initialled(name)
        for name in known
    ]
    if len(known) < len(given):
        labels.append(_("name missing"))
    return " – ".join(labels)


def _initialled(name: str) -> str:
    return f"{surname(name)} {name[0]}."
