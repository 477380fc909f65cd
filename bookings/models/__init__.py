from bookings.models.appointments import (
    Appointment,
    AppointmentEvent,
    AppointmentProfessional,
    Meeting,
    OtherParent,
    Status,
)
from bookings.models.asks import MoveRequest, TimeOffer
from bookings.models.earlier import EarlierAsk, EarlierWish, PartOfDay, Skipped
from bookings.models.holds import Hold
from bookings.models.pairs import PairInvitation
from bookings.models.parties import Access, Answer, Party

__all__ = [
    "Access",
    "Answer",
    "Appointment",
    "AppointmentEvent",
    "AppointmentProfessional",
    "EarlierAsk",
    "EarlierWish",
    "Hold",
    "Meeting",
    "MoveRequest",
    "OtherParent",
    "PairInvitation",
    "PartOfDay",
    "Party",
    "Skipped",
    "Status",
    "TimeOffer",
]
