from walkin.models.days import CloseReason, Duty, WalkInDay
from walkin.models.places import Desk, Destination, PointRules
from walkin.models.tickets import Actor, OtherMatter, Outcome, Source, Ticket, TicketEvent
from walkin.states import DayState

__all__ = [
    "Actor",
    "CloseReason",
    "DayState",
    "Desk",
    "Destination",
    "Duty",
    "OtherMatter",
    "Outcome",
    "PointRules",
    "Source",
    "Ticket",
    "TicketEvent",
    "WalkInDay",
]
