from evenings.models.evenings import (
    Evening,
    EveningKind,
    EveningMaterial,
    EveningStatus,
)
from evenings.models.history import EveningEvent, EveningEventKind
from evenings.models.organiser_links import OrganiserLink
from evenings.models.sign_ups import (
    LARGEST_PARTY,
    LINK,
    SignUp,
    SignUpEvent,
    SignUpEventKind,
    SignUpStatus,
)

__all__ = [
    "LARGEST_PARTY",
    "LINK",
    "Evening",
    "EveningEvent",
    "EveningEventKind",
    "EveningKind",
    "EveningMaterial",
    "EveningStatus",
    "OrganiserLink",
    "SignUp",
    "SignUpEvent",
    "SignUpEventKind",
    "SignUpStatus",
]
