"""Names short enough for a cell: surnames of those who come, towns in place of service points."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from office.core.names import surname


def surnames(names: Iterable[str], *, is_anonymous: bool) -> str:
    """`Salokangas – Ranta-Aho`; of one family with initials: `Virtala A. – Virtala E.`."""
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


def short_names(points: Mapping[int, tuple[str, str]]) -> dict[int, str]:
    """Shorten names of service points, by name and city: by the city where there is one point in it."""
    cities = Counter(city for _name, city in points.values())
    return {pk: city if city and cities[city] == 1 else name for pk, (name, city) in points.items()}
