from bookings.models.appointments import (
    Appointment,
    AppointmentEvent,
    AppointmentProfessional,
    Meeting,
    OtherParent,
    Status,
)
from bookings.models.asks import MoveRequest, TimeOffer
from bookings.models.call_backs import CallBack, CallBackEvent, CallStatus
from bookings.models.holds import Hold
from bookings.models.pairs import PairInvitation
from bookings.models.parties import Access, Answer, Party
from bookings.models.separate import SeparateVisit

__all__ = [
    "Access",
    "Answer",
    "Appointment",
    "AppointmentEvent",
    "AppointmentProfessional",
    "CallBack",
    "CallBackEvent",
    "CallStatus",
    "Hold",
    "Meeting",
    "MoveRequest",
    "OtherParent",
    "PairInvitation",
    "Party",
    "SeparateVisit",
    "Status",
    "TimeOffer",
]
