"""The library of guidance: saving it, and finding what fits."""

from collections.abc import Iterable

from django.db import transaction

from office.core.save_checked import save_checked
from office.models import GuidanceLink, GuidanceSituation, Service


@transaction.atomic
def save_link(
    link: GuidanceLink,
    *,
    situations: Iterable[GuidanceSituation],
    services: Iterable[Service],
) -> None:
    """Save a new or altered link. Raises ValidationError."""
    save_checked(link)
    link.situations.set(situations)
    link.services.set(services)


def fitting(
    links: Iterable[GuidanceLink], *, situations: Iterable[int], service: int | None
) -> list[GuidanceLink]:
    """Choose of `links` (with situations and services prefetched) that fit any of what is chosen."""
    wanted = set(situations)
    return [
        link
        for link in links
        if wanted & {s.pk for s in link.situations.all()}
        or (service is not None and service in {s.pk for s in link.services.all()})
    ]
