"""Each table of the database either holds nothing of clients, or goes by a row of the retention table."""

import re

from django.apps import apps
from django.db.models import CASCADE, ForeignKey, Model
from django.utils.translation import override

from office.retention.rows import Whose
from office.retention.table import TABLE

# By the rows of the retention table: what is removed, blanked or ends by them.
REMOVED_BY = {
    "appointments": {"bookings.Appointment"},
    "cases": {"bookings.Case"},
    "postal-addresses": {"bookings.CasePerson"},
    "call-backs": {"bookings.CallBack"},
    "evening-sign-ups": {"evenings.SignUp"},
    "evening-contacts": {"evenings.SignUp"},
    "referrals": {"referrals.Referral"},
    "referral-contents": {"referrals.Referral"},
    "messages": {"office.OutboxMessage"},
    "guidance-links": {"office.OutboxMessage"},
    "calls": {"bookings.Call"},
    "person-notes": {"bookings.PersonNote"},
    "told-apart": {"bookings.ToldApart"},
    "call-tasks": {"bookings.CallTask"},
    "parked-bookings": {"bookings.ParkedBooking"},
    "data-requests": {"bookings.DataRequest"},
    "joint-marks": {"bookings.JointMarks"},
    "words-before": {"bookings.WordBefore"},
    "preparations": {"bookings.Preparation"},
    "preparation-openings": {"bookings.PreparationOpening"},
    "plan-drafts": {"plans.Plan"},
    "plan-meetings": {"plans.Holder"},
    "plan-pdfs": {"plans.Print", "plans.Press"},
    "walk-in-links": {"walkin.Ticket", "walkin.NearText"},
    "unsent-drafts": {"sessions.Session"},
}
# Of the unit, its staff, or counts of nobody.
NOT_OF_CLIENTS = {
    "bookings": {"FeedbackCount", "Hold", "QueueHour", "Undoable"},
    "evenings": {
        "Evening",
        "EveningFeedbackCount",
        "EveningKind",
        "OrganiserLink",
    },
    "office": {
        "AccessLogEntry",
        "Claim",
        "Closure",
        "DatabaseMark",
        "GuidanceLink",
        "GuidancePage",
        "GuidanceSituation",
        "InterpreterAgency",
        "LengthRule",
        "LinkKeyMark",
        "LockTime",
        "PartnerOrganisation",
        "PublicStatements",
        "PurgeRun",
        "RateCount",
        "Resource",
        "SchoolBreak",
        "Service",
        "ServicePoint",
        "SetUpChange",
        "StandardSentence",
        "Unit",
        "UnitText",
        "User",
        "WayEnding",
        "WayQuestion",
    },
    "referrals": {"DirectoryEntry"},
    "walkin": {"Desk", "WalkInDay", "PointNotice"},
}
# Of the figures: a visit ended so, without whose it was once the appointment is deleted.
FIGURES = {"bookings.VisitOutcome"}


def _goes_with(model: type[Model], known: set[str]) -> bool:
    """Say whether its rows are deleted with those of a table that is known."""
    return any(
        field.remote_field.on_delete is CASCADE and field.related_model._meta.label in known
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey)
    )


def test_each_table_is_accounted_for() -> None:
    known = FIGURES | set().union(*REMOVED_BY.values())
    known |= {f"{app}.{name}" for app, names in NOT_OF_CLIENTS.items() for name in names}
    models = [
        model
        for model in apps.get_models()
        if model._meta.app_label
        in {"bookings", "evenings", "office", "plans", "referrals", "walkin"}
    ]
    labels = {model._meta.label for model in models} | {"sessions.Session"}
    assert known <= labels, "a table that is no more"
    while found := [m for m in models if m._meta.label not in known and _goes_with(m, known)]:
        known |= {model._meta.label for model in found}
    assert sorted(labels - known) == []


def test_each_row_for_clients_says_which_table_it_is_about() -> None:
    assert {kept.key for kept in TABLE if kept.whose == Whose.CLIENT} == set(REMOVED_BY)


def test_the_finnish_of_each_row_answers_from_what_the_time_is_counted() -> None:
    """One form for all: "mistä" is answered by "käynnistä", and by no bare "käynti"."""
    with override("fi"):
        since = [str(row.since) for row in TABLE if row.since]
    assert [text for text in since if not re.match(r"(?:[\w ]+ )?\w+st[aä]\b", text)] == []
