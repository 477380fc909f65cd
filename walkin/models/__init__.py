from walkin.models.days import DayState, Duty, WalkInDay, WhyClosed
from walkin.models.places import Desk, Destination, PointRules
from walkin.models.tickets import By, OtherMatter, Outcome, Source, Ticket, TicketEvent

__all__ = [
    "By",
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
    "WhyClosed",
]
