"""Links by which partners without an account propose evenings of their own and see their numbers."""

from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from evenings.models import Evening, EveningStatus, OrganiserLink, SignUpStatus
from evenings.models.organiser_links import ORGANISER_LINK
from office.calendar.occupancy import retrying
from office.core import clock, tokens
from office.models import PartnerOrganisation, User

# A term of evenings, with what comes before and after it.
LASTS = timedelta(days=180)


@retrying
def make_link(organisation: PartnerOrganisation, *, user: User) -> OrganiserLink:
    """Give the partner a new link, in place of the one before, which opens nothing any more."""
    PartnerOrganisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    withdraw_link(organisation)
    nonce, now = tokens.new_nonce(), clock.now()
    return OrganiserLink.objects.create(
        organisation=organisation,
        link_nonce=nonce,
        link_hash=tokens.hash_token(tokens.token_for(ORGANISER_LINK, nonce)),
        made_by=user,
        made_at=now,
        ends_at=now + LASTS,
    )


def withdraw_link(organisation: PartnerOrganisation) -> None:
    """Withdraw the partner's link: it opens nothing any more. Its evenings stay."""
    OrganiserLink.objects.filter(organisation=organisation, withdrawn_at=None).update(
        withdrawn_at=clock.now()
    )


def link_by_token(token: str) -> OrganiserLink | None:
    """Return the link while it opens something: not withdrawn, not ended, of a partner in use."""
    return (
        OrganiserLink.objects.in_force(clock.now())
        .select_related("organisation")
        .filter(link_hash=tokens.hash_token(token))
        .first()
    )


def links_in_force() -> dict[int, OrganiserLink]:
    """Return the links that open something now, by partner."""
    return {link.organisation_id: link for link in OrganiserLink.objects.in_force(clock.now())}


def evenings_of(organisation: PartnerOrganisation, since: datetime) -> QuerySet[Evening]:
    """Find evenings that the partner proposed or holds, the next first. Only numbers of people."""
    return (
        Evening.objects.filter(Q(proposed_by=organisation) | Q(organisers=organisation))
        .exclude(Q(status=EveningStatus.PLANNED) & ~Q(proposed_by=organisation))
        .filter(ends_at__gt=since)
        .select_related("kind", "service_point", "room")
        .prefetch_related("given_materials")
        .annotate(
            waiting=Count(
                "sign_ups", filter=Q(sign_ups__status=SignUpStatus.WAITING), distinct=True
            )
        )
        .distinct()
        .order_by("starts_at", "pk")
    )


def may_edit(evening: Evening, organisation: PartnerOrganisation) -> bool:
    """Say whether the partner may still change it.

    It must be theirs and ahead, neither published by the unit nor taking anybody's time.
    """
    return (
        evening.proposed_by_id == organisation.pk
        and evening.is_planned
        and evening.claim_id is None
        and evening.starts_at > clock.now()
    )
