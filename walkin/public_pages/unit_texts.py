"""What the unit has written itself for the kiosk, tickets and slips, in Finnish."""

from collections.abc import Iterator

from walkin.models import Desk, Destination, PointMatter


def unit_texts() -> Iterator[str]:
    for bring in PointMatter.objects.filter(is_taken=True).values_list("bring_fi", flat=True):
        yield from (bring or "").splitlines()
    names = Desk.objects.in_use().values_list("name", flat=True)
    # Most desks have a number for a name.
    yield from (name for name in names if not name.isdigit())
    agencies = Destination.objects.filter(is_active=True)
    for texts in agencies.values_list("name_fi", "where_fi", "hours_fi"):
        yield from texts
