from bookings.models.appointments import (
    Appointment,
    AppointmentEvent,
    AppointmentProfessional,
    Meeting,
    OtherParent,
    Status,
)
from bookings.models.asks import MoveRequest, TimeOffer
from bookings.models.calls import Call, CallLanguage, CallOutcome, QueueHour
from bookings.models.holds import Hold
from bookings.models.parties import Access, Answer, Party

__all__ = [
    "Access",
    "Answer",
    "Appointment",
    "AppointmentEvent",
    "AppointmentProfessional",
    "Call",
    "CallLanguage",
    "CallOutcome",
    "Hold",
    "Meeting",
    "MoveRequest",
    "OtherParent",
    "Party",
    "QueueHour",
    "Status",
    "TimeOffer",
]
