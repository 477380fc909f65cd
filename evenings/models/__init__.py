from evenings.models.evenings import (
    Evening,
    EveningKind,
    EveningStatus,
)
from evenings.models.feedback import (
    EveningFeedbackCount,
    EveningFeedbackGiven,
    EveningQuestion,
)
from evenings.models.history import EveningEvent, EveningEventKind
from evenings.models.materials import EveningMaterial, GivenMaterial, MaterialCheck
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
    "EveningFeedbackCount",
    "EveningFeedbackGiven",
    "EveningKind",
    "EveningMaterial",
    "EveningQuestion",
    "EveningStatus",
    "GivenMaterial",
    "MaterialCheck",
    "OrganiserLink",
    "SignUp",
    "SignUpEvent",
    "SignUpEventKind",
    "SignUpStatus",
]
