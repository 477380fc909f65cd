"""What comes after full agreement: an agreement is confirmed by a child supervisor."""

from collections.abc import Mapping

from office.models import AgreementKind, Service
from plans.content.agreement import MatterState, PlanMatter
from plans.content.sharing import count_states

# What a plan is about.
ABOUT = [
    AgreementKind.CUSTODY,
    AgreementKind.RESIDENCE,
    AgreementKind.CONTACT,
    AgreementKind.MAINTENANCE,
]


def is_all_agreed(matters: Mapping[str, PlanMatter]) -> bool:
    """Say whether both accept all that either of them has shared."""
    return bool(matters) and count_states(matters)[MatterState.AGREED] == len(matters)


def bookable_services() -> list[Service]:
    """Return the services, booked online, in which what a plan is about is agreed and confirmed."""
    return list(Service.objects.online().filter(agreements__overlap=ABOUT))
