from office.models.access import AccessAction, AccessLogEntry, AccessReason
from office.models.agreements import AgreementKind, Agreements
from office.models.database_mark import DatabaseMark
from office.models.guidance import GuidanceLink, GuidanceSituation, LinkCheck
from office.models.guidance_pages import GuidancePage, GuidancePageVersion
from office.models.hours import (
    Absence,
    BlockedTime,
    Closure,
    HoursChange,
    HoursKind,
    WeeklyHours,
)
from office.models.interpreters import InterpreterAgency
from office.models.leads import WAYS, Leads
from office.models.lengths import LengthRule
from office.models.limits import RateCount
from office.models.link_key import LinkKeyMark
from office.models.occupancy import Claim, ClaimKind, Occupancy, Resource, ResourceKind
from office.models.outbox import MessageChannel, OutboxMessage
from office.models.own_calendars import OwnCalendar
from office.models.people import PartnerOrganisation, Professional, Role, User
from office.models.places import Room, RoomClosure, ServicePoint
from office.models.provider_accounts import ProviderAccount
from office.models.purges import PurgeRun
from office.models.schools import SchoolBreak
from office.models.sentences import StandardSentence
from office.models.services import (
    Attendance,
    BringItem,
    Channel,
    HasChannel,
    HomeForm,
    OtherSide,
    Service,
)
from office.models.sessions import LockTime, StaffSession
from office.models.set_up_change import SetUpChange
from office.models.statements import Accessibility, PublicStatements
from office.models.unit import Unit
from office.models.unit_texts import UnitText
from office.models.ways import WayAnswer, WayEnding, WayQuestion

__all__ = [
    "WAYS",
    "Absence",
    "AccessAction",
    "AccessLogEntry",
    "AccessReason",
    "Accessibility",
    "AgreementKind",
    "Agreements",
    "Attendance",
    "BlockedTime",
    "BringItem",
    "Channel",
    "Claim",
    "ClaimKind",
    "Closure",
    "DatabaseMark",
    "GuidanceLink",
    "GuidancePage",
    "GuidancePageVersion",
    "GuidanceSituation",
    "HasChannel",
    "HomeForm",
    "HoursChange",
    "HoursKind",
    "InterpreterAgency",
    "Leads",
    "LengthRule",
    "LinkCheck",
    "LinkKeyMark",
    "LockTime",
    "MessageChannel",
    "Occupancy",
    "OtherSide",
    "OutboxMessage",
    "OwnCalendar",
    "PartnerOrganisation",
    "Professional",
    "ProviderAccount",
    "PublicStatements",
    "PurgeRun",
    "RateCount",
    "Resource",
    "ResourceKind",
    "Role",
    "Room",
    "RoomClosure",
    "SchoolBreak",
    "Service",
    "ServicePoint",
    "SetUpChange",
    "StaffSession",
    "StandardSentence",
    "Unit",
    "UnitText",
    "User",
    "WayAnswer",
    "WayEnding",
    "WayQuestion",
    "WeeklyHours",
]
