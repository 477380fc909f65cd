from bookings.models.appointments import Appointment, AppointmentEvent, AppointmentProfessional
from bookings.models.asks import MoveRequest, TimeOffer
from bookings.models.call_backs import CallBack, CallBackEvent, CallStatus
from bookings.models.call_tasks import CallTask
from bookings.models.calls import Call, CallLanguage, CallOutcome, QueueHour
from bookings.models.cases import (
    Case,
    CaseEvent,
    CaseEventKind,
    CasePerson,
    CaseResult,
    StartedBy,
)
from bookings.models.data_requests import DataRequest
from bookings.models.earlier import EarlierAsk, EarlierWish, PartOfDay, Skipped
from bookings.models.event_kinds import CallEventKind, EventKind
from bookings.models.feedback import (
    FeedbackCount,
    FeedbackGiven,
    FeedbackLevel,
    FeedbackQuestion,
)
from bookings.models.holds import Hold
from bookings.models.interpreters import InterpreterOrder
from bookings.models.joint_times import JointMarks, JointSearch
from bookings.models.outcomes import Came, NextStep, Outcome, VisitOutcome
from bookings.models.pairs import PairInvitation
from bookings.models.parked import ParkedBooking
from bookings.models.parties import Access, Answer, Party
from bookings.models.people import PersonNote, ToldApart
from bookings.models.preparations import Preparation, PreparationCode, PreparationOpening
from bookings.models.recusals import Recusal
from bookings.models.referenced import Referenced
from bookings.models.roles import PartyRole, RoleRules
from bookings.models.sentences import AddedSentence
from bookings.models.separate import SeparateVisit
from bookings.models.statuses import BY_STAFF, Meeting, OtherParent, Status
from bookings.models.undoables import Undoable, UndoKind
from bookings.models.words_before import WordBefore

__all__ = [
    "BY_STAFF",
    "Access",
    "AddedSentence",
    "Answer",
    "Appointment",
    "AppointmentEvent",
    "AppointmentProfessional",
    "Call",
    "CallBack",
    "CallBackEvent",
    "CallEventKind",
    "CallLanguage",
    "CallOutcome",
    "CallStatus",
    "CallTask",
    "Came",
    "Case",
    "CaseEvent",
    "CaseEventKind",
    "CasePerson",
    "CaseResult",
    "DataRequest",
    "EarlierAsk",
    "EarlierWish",
    "EventKind",
    "FeedbackCount",
    "FeedbackGiven",
    "FeedbackLevel",
    "FeedbackQuestion",
    "Hold",
    "InterpreterOrder",
    "JointMarks",
    "JointSearch",
    "Meeting",
    "MoveRequest",
    "NextStep",
    "OtherParent",
    "Outcome",
    "PairInvitation",
    "ParkedBooking",
    "PartOfDay",
    "Party",
    "PartyRole",
    "PersonNote",
    "Preparation",
    "PreparationCode",
    "PreparationOpening",
    "QueueHour",
    "Recusal",
    "Referenced",
    "RoleRules",
    "SeparateVisit",
    "Skipped",
    "StartedBy",
    "Status",
    "TimeOffer",
    "ToldApart",
    "UndoKind",
    "Undoable",
    "VisitOutcome",
    "WordBefore",
]
