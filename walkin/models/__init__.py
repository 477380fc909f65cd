from bookings.models import Outcome
from walkin.models.agency_links import AgencyLink
from walkin.models.days import CloseReason, Duty, WalkInDay
from walkin.models.help_calls import HelpCall
from walkin.models.matters import PointMatter, Presence
from walkin.models.near_texts import NearText
from walkin.models.notices import NoticeKind, PointNotice
from walkin.models.places import Desk, Destination, PointRules
from walkin.models.tickets import (
    Actor,
    AgencyAnswer,
    Company,
    OtherMatter,
    Source,
    Ticket,
    TicketEvent,
)
from walkin.states import DayState

__all__ = [
    "Actor",
    "AgencyAnswer",
    "AgencyLink",
    "CloseReason",
    "Company",
    "DayState",
    "Desk",
    "Destination",
    "Duty",
    "HelpCall",
    "NearText",
    "NoticeKind",
    "OtherMatter",
    "Outcome",
    "PointMatter",
    "PointNotice",
    "PointRules",
    "Presence",
    "Source",
    "Ticket",
    "TicketEvent",
    "WalkInDay",
]
