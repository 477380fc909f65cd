"""The unit: one installation serves one."""

from datetime import time
from typing import ClassVar, cast

from django.conf import settings
from django.core.validators import (
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
    URLValidator,
)
from django.db import models
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from office.core import clock, languages
from office.core.contact_details import check_phone
from office.core.languages import PARTIAL, PartialLanguage, Reading
from office.core.neutral import tells_matter
from office.core.set_up_cache import rows_kept_until_set_up_changes


class Unit(models.Model):
    """What the unit calls itself and what it promises. One row."""

    # As this process has last read it: what an error page can say while the database is away.
    known_phone: ClassVar[str] = ""
    known_languages: ClassVar[dict[str, dict[str, str]]] = {}

    name = models.CharField(_("name"), max_length=120)
    controller = models.CharField(
        _("data controller"),
        max_length=160,
        blank=True,
        help_text=_("The wellbeing services county, as the privacy page names it."),
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True, validators=[check_phone])
    email = models.EmailField(
        _("e-mail"),
        blank=True,
        help_text=_(
            "Answers to messages come here, unless the address itself tells what the unit does."
        ),
    )
    sender = models.CharField(
        _("sender of messages"),
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Whoever sees a message sees this name. It must not tell what the matter is. Empty: the "
            "data controller."
        ),
    )
    sms_sender = models.CharField(
        _("sender of text messages"),
        max_length=11,
        blank=True,
        default="",
        db_default="",
        validators=[
            RegexValidator(r"^[A-Za-z0-9 ]+$", _("Only letters a to z, digits and spaces."))
        ],
        help_text=_(
            "At most 11 letters or digits, as registered with Traficom. Empty: the gateway's own."
        ),
    )
    messages_from = models.TimeField(_("messages leave from"), default=time(8), db_default=time(8))
    messages_until = models.TimeField(
        _("messages leave until"),
        default=time(20),
        db_default=time(20),
        help_text=_("Only answers to what somebody has just done leave at any hour."),
    )
    answer_within_hours = models.PositiveSmallIntegerField(
        _("requests are answered within (working hours)"),
        default=8,
        validators=[MinValueValidator(1), MaxValueValidator(80)],
    )
    office_opens = models.TimeField(_("working hours begin"), default=time(8))
    office_closes = models.TimeField(_("working hours end"), default=time(16))
    answer_margin_hours = models.PositiveSmallIntegerField(
        _("from the answer to the visit at least (working hours)"),
        default=2,
        db_default=2,
        validators=[MinValueValidator(1), MaxValueValidator(40)],
        help_text=_(
            "Online no time is offered that begins before this has passed after the promised answer."
        ),
    )
    notice_hours = models.PositiveSmallIntegerField(
        _("online times are offered from (working hours ahead)"),
        default=8,
        validators=[MaxValueValidator(80)],
    )
    horizon_weeks = models.PositiveSmallIntegerField(
        _("online times are offered up to (weeks ahead)"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(26)],
    )
    hold_minutes = models.PositiveSmallIntegerField(
        _("a chosen time is held for (minutes)"), default=15, validators=[MinValueValidator(5)]
    )
    offer_days = models.PositiveSmallIntegerField(
        _("an offered time is kept for (days)"), default=3, validators=[MinValueValidator(1)]
    )
    further_matter_percent = models.PositiveSmallIntegerField(
        _("a further matter without a rule adds of its own length (%)"),
        default=50,
        db_default=50,
        validators=[MaxValueValidator(100)],
    )
    extra_child_from = models.PositiveSmallIntegerField(
        _("children make a visit longer from child number"),
        default=3,
        db_default=3,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("For example 3: from the third child on, for each of them."),
    )
    extra_child_minutes = models.PositiveSmallIntegerField(
        _("each of these children adds (minutes)"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(60)],
    )
    interpreter_minutes = models.PositiveSmallIntegerField(
        _("an interpreter adds (minutes)"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(120)],
    )
    separate_minutes = models.PositiveSmallIntegerField(
        _("coming separately adds to each visit (minutes)"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(120)],
    )
    travel_minutes = models.PositiveSmallIntegerField(
        _("a home visit: the way there, and the way back (minutes each)"),
        default=30,
        db_default=30,
        validators=[MaxValueValidator(240)],
        help_text=_("Kept free for the professionals before and after the visit."),
    )
    separate_gap = models.PositiveSmallIntegerField(
        _("separate visits: arrivals at least so far apart (minutes)"),
        default=60,
        validators=[MaxValueValidator(480)],
        help_text=_("Two parents who come separately to the same service point."),
    )
    leaving_gap = models.PositiveSmallIntegerField(
        _("separate visits: one has left so long before the other comes or leaves (minutes)"),
        default=15,
        db_default=15,
        validators=[MaxValueValidator(120)],
    )
    pair_answer_days = models.PositiveSmallIntegerField(
        _("an invited partner professional answers within (working days)"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(15)],
    )
    earlier_answer_hours = models.PositiveSmallIntegerField(
        _("an earlier time is offered for (hours by day)"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(48)],
        help_text=_(
            "Counted in the hours in which messages leave: nobody's time runs out in the night."
        ),
    )
    earlier_notice_hours = models.PositiveSmallIntegerField(
        _("an earlier time begins at the soonest after that (hours)"),
        default=24,
        validators=[MaxValueValidator(336)],
    )
    slot_step = models.PositiveSmallIntegerField(
        _("times begin every (minutes)"), default=30, choices=[(15, "15"), (30, "30"), (60, "60")]
    )
    call_backs_offered = models.BooleanField(
        _("call-back times are offered"),
        default=True,
        help_text=_("Off: the public page and all links to it close at once."),
    )
    call_back_minutes = models.PositiveSmallIntegerField(
        _("a call-back time lasts (minutes)"),
        default=15,
        choices=[(10, "10"), (15, "15"), (20, "20"), (30, "30")],
    )
    call_back_notice_hours = models.PositiveSmallIntegerField(
        _("call-back times are offered from (hours ahead)"), default=2
    )
    video_link_days = models.PositiveSmallIntegerField(
        _("a missing video link is the desk's work from (days before the visit)"),
        default=5,
        db_default=5,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
    )
    video_test_page = models.URLField(
        _("page on which a device is tested for video"),
        blank=True,
        default="",
        db_default="",
        max_length=500,
        validators=[URLValidator(["https"], message=_("The address must begin with https://."))],
    )
    guide_meeting_minutes = models.PositiveSmallIntegerField(
        _("a guide's access to a parent's draft ends after (minutes)"),
        default=120,
        validators=[MinValueValidator(15), MaxValueValidator(300)],
        help_text=_("The parent and the guide can end it before."),
    )
    cancel_notice_hours = models.PositiveSmallIntegerField(
        _("a visit is to be cancelled or moved before (hours)"),
        default=24,
        db_default=24,
        validators=[MaxValueValidator(336)],
        help_text=_(
            "The parents' pages say it. Later is possible, and counted as late. 0: any time."
        ),
    )
    new_invitations = models.PositiveSmallIntegerField(
        _("after visits that were not held, the same people are invited anew at most (times)"),
        default=1,
        db_default=1,
        validators=[MaxValueValidator(5)],
        help_text=_("Both get the same neutral message. 0: never. Counted for a year."),
    )
    outcome_days = models.PositiveSmallIntegerField(
        _("an outcome can be corrected for (days)"),
        default=7,
        db_default=7,
        validators=[MaxValueValidator(60)],
        help_text=_("Counted from when it was first noted. Then nobody changes it any more."),
    )
    letter_answer_days = models.PositiveSmallIntegerField(
        _("an answer to a posted letter is awaited for (days)"),
        default=14,
        db_default=14,
        validators=[MinValueValidator(1)],
    )
    referral_days = models.PositiveSmallIntegerField(
        _("a partner's answer to a slip is awaited for (days)"),
        default=14,
        db_default=14,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("Until then its link opens. Afterwards it comes back to the work list."),
    )
    link_days = models.PositiveSmallIntegerField(
        _("a personal page closes after the visit in (days)"),
        default=14,
        db_default=14,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text=_("Counted from the visit, or from when it was cancelled or declined."),
    )
    retention_days = models.PositiveSmallIntegerField(
        _("client data is kept after the visit for (days)"), default=365
    )

    public_from = models.DateTimeField(_("open to the public from"), null=True, blank=True)
    # When somebody has last typed the code of a test message here: messages do leave, and arrive.
    message_arrived_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Partial languages by code: which version of the texts was checked ("texts"), when ("on"), by whom
    # ("by"), in which language all other pages are ("otherwise"), and a mark that changes with the unit's
    # own texts ("own").
    checked_languages = models.JSONField(default=dict, db_default={}, blank=True, editable=False)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(office_opens__lt=models.F("office_closes")),
                name="office_hours_end_after_they_begin",
                violation_error_message=_("Working hours must end after they begin."),
            ),
            models.CheckConstraint(
                condition=models.Q(messages_from__lt=models.F("messages_until")),
                name="the_hours_of_messages_end_after_they_begin",
                violation_error_message=_("The hours of messages must end after they begin."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_public(self) -> bool:
        """Whether the public pages are open to everybody."""
        return self.public_from is not None and self.public_from <= clock.now()

    @property
    def offered_languages(self) -> list[PartialLanguage]:
        """The partial languages whose texts were checked as they are now."""
        return [one for one in PARTIAL.values() if self.offers(one.code)]

    def offers(self, code: str) -> bool:
        """Say whether a partial language is shown: every text of it is as somebody checked it."""
        checked = self.checked_languages.get(code)
        return (
            code in PARTIAL and bool(checked) and checked["texts"] == languages.texts_version(code)
        )

    def reading(self, code: str) -> Reading | None:
        """Return what a choice of language means; None for one that is not offered."""
        if code in languages.FULL:
            return Reading(code)
        if not self.offers(code):
            return None
        return Reading(self.checked_languages[code]["otherwise"], code)

    def shown_language(self, language: str, reads: str) -> str:
        """Return the language to write in to somebody: the one that they read, while it is offered."""
        return reads if self.offers(reads) else language

    @property
    def sender_name(self) -> str:
        """Who writes, in the language that is active: a name that tells nothing of the matter."""
        named = (name for name in (self.sender, self.controller) if name and not tells_matter(name))
        return next(named, pgettext("sender of messages", "Appointments"))

    @property
    def reply_address(self) -> str:
        """Where a message may be answered; empty where the address itself would tell."""
        return "" if tells_matter(self.email) else self.email

    @classmethod
    def get(cls) -> "Unit":
        """Return the unit; a blank one where none is set up yet."""
        unit = unit_row() or cls(
            name=str(_("Family law services")),
            # A demo is there to be tried out, also in the moment before its unit is.
            public_from=clock.now() if settings.DEMO else None,
        )
        cls.known_phone = unit.phone
        cls.known_languages = unit.checked_languages
        return unit

    @classmethod
    def lazy(cls) -> "Unit":
        """Return the unit, fetched when first used."""
        return cast(Unit, SimpleLazyObject(cls.get))


@rows_kept_until_set_up_changes
def unit_row() -> Unit | None:
    """Return the unit's row, where it is set up. One query."""
    return Unit.objects.order_by("pk").first()
