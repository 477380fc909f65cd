"""A case holds the visits of one matter together: who started it, its deadline, what is left to do."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from bookings.models.referenced import Referenced
from bookings.models.roles import PartyRole
from office.models import Service


class StartedBy(models.TextChoices):
    """Who set the matter going."""

    PARENTS = "parents", _("the parents")
    DVV = "dvv", _("Digital and Population Data Services Agency")
    COURT = "court", _("a court")
    KELA = "kela", _("Kela")
    OTHER = "other", _("another authority")


class CaseResult(models.TextChoices):
    """How the matter ended."""

    SETTLED = "settled", pgettext_lazy("result of a case", "settled")
    REPORTED = "reported", pgettext_lazy("result of a case", "report given")
    NOT_SETTLED = "not_settled", pgettext_lazy("result of a case", "not settled")
    ELSEWHERE = "elsewhere", pgettext_lazy("result of a case", "goes on elsewhere")
    NO_ANSWER = "no_answer", pgettext_lazy("result of a case", "nobody answered")
    MISTAKE = "mistake", pgettext_lazy("result of a case", "entered by mistake")


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> "CaseQuerySet":
        return self.filter(closed_at=None)


class Case(Referenced):
    """One matter with its visits."""

    REFERENCE_BEGINS = "D"

    started_by = models.CharField(_("started by"), max_length=10, choices=StartedBy.choices)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    received_on = models.DateField(_("received on"))
    due_on = models.DateField(_("deadline"), null=True, blank=True)
    visits_planned = models.PositiveSmallIntegerField(_("visits in all"), default=1)
    # Until when an answer to the posted letters is awaited.
    answer_by = models.DateField(null=True, blank=True)
    result = models.CharField(max_length=12, choices=CaseResult.choices, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    made_from = models.UUIDField(null=True, blank=True, unique=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("holds visits together", "case")
        verbose_name_plural = pgettext_lazy("holds visits together", "cases")
        ordering = ["due_on", "received_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, result="")
                | Q(closed_at__isnull=False) & ~Q(result=""),
                name="a_closed_case_has_a_result",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("received_on")),
                name="a_deadline_is_not_before_the_case",
            ),
            models.CheckConstraint(
                condition=Q(visits_planned__gte=1, visits_planned__lte=40),
                name="a_case_has_some_visits",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_started_by_parents(self) -> bool:
        return self.started_by == StartedBy.PARENTS

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class CasePerson(models.Model):
    """Whom an authority's notice names, and by what letter they are invited. The secretary's alone."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="people")
    # As what they take part in the visits.
    role = models.CharField(
        _("role"),
        max_length=8,
        choices=[(role.value, role.label) for role in PartyRole.invited()],
        default=PartyRole.PARENT,
        db_default=PartyRole.PARENT,
    )
    name = models.CharField(_("name"), max_length=120)
    # Where the letter goes; of a protected person the way round, never the home. Emptied when answered.
    post_to = models.TextField(_("postal address"), max_length=300, blank=True)
    is_protected = models.BooleanField(_("contact details are protected"), default=False)
    # Empty where nobody knows: the letter is in Finnish and Swedish.
    language = models.CharField(_("language"), max_length=2, blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    # The code in the letter is made of it; see bookings.lifecycle.references.
    nonce = models.CharField(max_length=32)
    code_hash = models.CharField(max_length=64, unique=True)
    link_hash = models.CharField(max_length=64, unique=True)
    # None while the letter is to be printed and posted.
    posted_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    # As whom they come to the visit.
    party = models.OneToOneField(
        "bookings.Party",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="case_person",
    )

    class Meta:
        verbose_name = _("person of a case")
        verbose_name_plural = _("people of a case")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"person {self.pk}"

    @property
    def decides_time(self) -> bool:
        """Whether they may choose the time of the visit."""
        return PartyRole(self.role).rules.decides_time


class CaseEventKind(models.TextChoices):
    """What happened to a case."""

    ENTERED = "entered", pgettext_lazy("event of a case", "entered")
    CHANGED = "changed", pgettext_lazy("event of a case", "changed")
    POSTED = "posted", pgettext_lazy("event of a case", "letters posted")
    NOT_POSTED = "not_posted", pgettext_lazy("event of a case", "not posted after all")
    POST_AGAIN = "post_again", pgettext_lazy("event of a case", "letters to be posted again")
    WAITS = "waits", pgettext_lazy("event of a case", "waits longer for an answer")
    ANSWERED = "answered", pgettext_lazy("event of a case", "a time was chosen by the code")
    BOOKED = "booked", pgettext_lazy("event of a case", "visit booked")
    TAKEN_BACK = "taken_back", pgettext_lazy("event of a case", "booking taken back")
    CLOSED = "closed", pgettext_lazy("event of a case", "closed")
    REOPENED = "reopened", pgettext_lazy("event of a case", "opened again")
    UNDONE = "undone", pgettext_lazy("event of a case", "last step undone")


class CaseEvent(models.Model):
    """An event in a case's history: what, when, by whom. Append-only. Nothing of the people."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    what = models.CharField(max_length=12, choices=CaseEventKind.choices)
    at = models.DateTimeField()
    # None: one of the invited.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The reference code of a visit.
    visit = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.what} {self.at}"
