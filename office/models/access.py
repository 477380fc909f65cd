"""Who handled whose data, and why. The law asks for it (703/2023), reads included."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessAction(models.TextChoices):
    """What was done. Of clients' data first, then of the staff's accounts, then of the log itself."""

    READ = "read", _("read")
    SEARCH = "search", _("found in a search")
    LIST = "list", _("shown in a list")
    CREATE = "create", _("created")
    CHANGE = "change", _("changed")
    CORRECT = "correct", _("contact details corrected")
    PRINT = "print", _("printed")
    MESSAGE = "message", _("sent a message")
    REVEAL = "reveal", _("protected contact details shown")
    IDENTIFY = "identify", _("recognised on the phone by their own code")
    CLOSE_LINK = "close link", _("link closed")
    LINK = "link", _("linked with a walk-in number")
    EXPORT = "export", _("exported")
    DELETE = "delete", _("deleted")
    ACCOUNT_CREATED = "account_created", _("account created")
    ACCOUNT_CHANGED = "account_changed", _("account changed")
    ROLES_CHANGED = "roles_changed", _("roles changed")
    ACCOUNT_CLOSED = "account_closed", _("account closed")
    ACCOUNT_OPENED = "account_opened", _("account opened again")
    PASSWORD_LINK = "password_link", _("password link made")
    SECOND_STEP_ADDED = "second_step_added", _("second step of the sign-in set up")
    SECOND_STEP_REMOVED = "second_step_removed", _("second step of the sign-in taken away")
    SECOND_STEP_RESET = "second_step_reset", _("second step of the sign-in reset")
    PROVIDER_TIED = "provider_tied", _("connected with the organisation's sign-in")
    SESSIONS_ENDED = "sessions_ended", _("sessions ended")
    LOG_READ = "log_read", _("access log searched")
    LOG_EXPORT = "log_export", _("access log extract made")


class AccessReason(models.TextChoices):
    """Why somebody handled a record: the kind of work that it belonged to."""

    BOOKING = "booking", _("booking of appointments")
    CALENDAR = "calendar", _("calendar and day lists")
    OWN_VISITS = "own visits", _("own visits")
    NUMBER_TO_CALL = "number to call", _("the number to call for a visit by phone")
    OUTCOME = "outcome", _("how the visit ended")
    CASE = "case", _("handling of a case")
    CALL_BACKS = "call-backs", _("call-backs")
    OWN_CALL_BACKS = "own call-backs", _("own call-backs")
    PROMISED_CALL = "phone", _("calls that were promised")
    CALLER = "call", _("who is calling")
    WALK_IN = "walk-in", _("walk-in")
    PLAN_MEETING = "plan meeting", _("meeting about a parenting plan")
    PLAN_SUMMARY = "plan summary", _("summary of a parenting plan, opened with them at the visit")
    EVENINGS = "evenings", _("evenings")
    PAPERS = "papers", _("a parent's papers, opened with them at the visit")
    OWN_DATA = "own data", _("the person's own request about their data")
    ACCOUNTS = "accounts", _("accounts of the staff")
    REFERRALS = "referrals", _("handing on to partners")
    SUPERVISION = "supervision", _("supervision of the access log")


class AccessLogEntry(models.Model):
    """One handling of client data, or of an account.

    Append-only: a trigger refuses to change a row, and to remove it before its time; the role that the
    app works as has no right to either.
    """

    at = models.DateTimeField(_("at"), db_index=True)
    # None: not from a page, but by a command or the worker.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("user"),
    )
    # A reference code, which says nothing of a person once the appointment is deleted.
    record = models.CharField(_("record"), max_length=40, db_index=True)
    # Keyed pseudonyms of the contacts that the record held at the time: see office.staff.access_log.
    subjects = ArrayField(models.CharField(max_length=32), default=list, db_default=[], blank=True)
    # The member of staff whose account it was about.
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("whose account"),
    )
    action = models.CharField(_("what was done"), max_length=40)
    reason = models.CharField(_("why"), max_length=40)
    # Of accounts, what stood there before and after. Nothing of clients.
    details = models.JSONField(default=dict, db_default={}, blank=True)

    class Meta:
        verbose_name = _("access log entry")
        verbose_name_plural = _("access log")
        ordering = ["-at", "-pk"]
        indexes = [GinIndex(fields=["subjects"], name="access_log_by_subject")]

    def __str__(self) -> str:
        return f"{self.at} {self.action} {self.record}"
