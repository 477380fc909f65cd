from evenings.models.evenings import (
    Evening,
    EveningKind,
    EveningMaterial,
    EveningStatus,
)
from evenings.models.history import EveningEvent, EveningEventKind
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
    "SignUp",
    "SignUpEvent",
    "SignUpEventKind",
    "SignUpStatus",
]
