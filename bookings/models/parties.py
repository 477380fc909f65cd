"""The parties to an appointment. Each one's details are a record of their own."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, HashIndex, OpClass
from django.db import models
from django.db.models import F, Func, OuterRef, Q
from django.db.models.functions import Lower, Reverse
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from bookings.models.appointments import Appointment
from bookings.models.guarded import Guarded
from bookings.models.roles import PartyRole, RoleRules
from bookings.models.statuses import Meeting, OtherParent
from bookings.visibility import APPOINTMENT, PARTY, Reader, hidden_from
from office.core import phones
from office.core.interpreters import language_name
from office.core.json_rows import json_rows
from office.core.names import Alphabetical, Folded


class Answer(models.TextChoices):
    NOT_ASKED = "not_asked", _("not asked yet")
    ASKED = "asked", _("asked, no answer yet")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")


class Access(models.TextChoices):
    """What a visit may need: words of ours, so that professionals see needs and no free text."""

    STEP_FREE = "step_free", _("a step-free way in")
    INDUCTION_LOOP = "loop", _("an induction loop")
    SIGN_LANGUAGE = "sign", _("a sign language interpreter")
    PRAM = "pram", _("room for a pram")
    ASSISTANT = "assistant", _("a personal assistant comes along")


# The other parent as the one who asked named them: nothing can be sent, and the unit contacts them later.
NAMED_ONLY = Q(
    ~Q(name=""),
    appointment__other_parent=OtherParent.UNIT,
    is_requester=False,
    role__in=PartyRole.sides(),
    answer=Answer.NOT_ASKED,
    phone="",
    email="",
)


def _has_own_visit(whose: str = "") -> Q:
    """Match parents who have a separate visit: one not notified of this visit does not come to it."""
    return Q(
        **{
            "appointment__meeting": Meeting.SEPARATE,
            f"{whose}is_requester": False,
            f"{whose}role__in": PartyRole.sides(),
            f"{whose}answer": Answer.NOT_ASKED,
        }
    )


class PartyQuerySet(models.QuerySet["Party"]):
    def seen_by(self, reader: Reader) -> "PartyQuerySet":
        """Load the reader's columns alone; see bookings.visibility."""
        return self.defer(*hidden_from(reader, PARTY))

    def with_visit_seen_by(self, reader: Reader) -> "PartyQuerySet":
        """Load the reader's columns, with the appointment and its service point."""
        visit = hidden_from(reader, APPOINTMENT, "appointment__")
        return self.seen_by(reader).select_related("appointment__service_point").defer(*visit)

    def who_come(self) -> "PartyQuerySet":
        """Return those who come in their own right: without who comes along with one of them.

        Nor does who is known by name alone: the unit has not contacted them yet.
        """
        comes = self.filter(left_at=None).exclude(role__in=PartyRole.companions())
        return comes.exclude(_has_own_visit()).without_named_only()

    def all_who_come(self) -> "PartyQuerySet":
        """Keep everybody who comes, companions included, whether they are written to or not."""
        comes = self.filter(left_at=None).exclude(_has_own_visit())
        return comes.exclude(_has_own_visit("accompanies__")).without_named_only()

    def sides(self) -> "PartyQuerySet":
        """Keep those between whom the matter is, who count for "both": whoever asked is one of them."""
        return self.filter(Q(role__in=PartyRole.sides()) | Q(is_requester=True), left_at=None)

    def other_parents(self) -> "PartyQuerySet":
        """Keep the sides other than the one who asked."""
        return self.sides().filter(is_requester=False)

    def without_named_only(self) -> "PartyQuerySet":
        """Leave out other parents whom the unit has still to contact, known by name alone."""
        return self.exclude(NAMED_ONLY)

    def with_known_others(self) -> "PartyQuerySet":
        """Annotate `known_others`: who comes along with each, or openly; only role and with whom."""
        others = Party.objects.filter(
            Q(accompanies=OuterRef("pk")) | Q(is_told_openly=True),
            appointment=OuterRef("appointment"),
            left_at=None,
        ).exclude(pk=OuterRef("pk"))
        rows = json_rows(others.order_by("pk"), "role", "accompanies_id")
        return self.annotate(known_others=rows)

    def impartial(self) -> "PartyQuerySet":
        """Sort so that the order does not tell who asked first."""
        return self.order_by(Alphabetical("name"), "pk")


class Party(Guarded):
    """One person: how to reach them safely, and their personal link."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="parties")
    # For the secretary only: who sent the request.
    is_requester = models.BooleanField(default=False)
    role = models.CharField(
        _("role"),
        max_length=8,
        choices=PartyRole.choices,
        default=PartyRole.PARENT,
        db_default=PartyRole.PARENT,
    )
    # With whom a support person or a lawyer comes along: theirs alone, and notified only as they agree.
    accompanies = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="companions"
    )
    # The others learn openly from the unit that somebody in this role comes; else they do not.
    is_told_openly = models.BooleanField(default=False, db_default=False)
    # Takes part by video in a visit to which the others come: theirs alone, and asked anew at the next.
    joins_by_video = models.BooleanField(default=False, db_default=False)
    # Does not take part any more: is notified of nothing, and their link opens nothing.
    left_at = models.DateTimeField(null=True, blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    call_is_safe = models.BooleanField(_("may be called"), default=False)
    voicemail_is_safe = models.BooleanField(_("a voicemail may be left"), default=False)
    sms_is_safe = models.BooleanField(_("may be sent a text message"), default=False)
    email_is_safe = models.BooleanField(_("may be sent e-mail"), default=False)
    # Non-disclosure for safety: where they live and how to reach them is shown to nobody without need.
    is_protected = models.BooleanField(
        _("contact details are protected"), default=False, db_default=False
    )
    # Somebody else's word for this person's contacts: one neutral invitation goes there, and nothing
    # more until the person has stated what is safe.
    given_by_other = models.BooleanField(
        _("contact details given by the other parent"), default=False, db_default=False
    )
    language = models.CharField(_("language"), max_length=2, default="fi")
    # A partial language in which they read reminders; empty, or no longer checked: `language`.
    reads = models.CharField(
        _("language of reminders"), max_length=10, blank=True, default="", db_default=""
    )
    # False while nobody has asked the person: they are written to in Finnish and Swedish.
    language_is_known = models.BooleanField(default=True, db_default=True)
    # A code of office.core.interpreters: who meets the party sees it, and no words of anybody.
    interpreter = models.CharField(_("interpreter"), max_length=60, blank=True)
    # Which one, where it is none of the list: the secretary's alone.
    interpreter_words = models.CharField(
        _("which language"), max_length=60, blank=True, default="", db_default=""
    )
    access = ArrayField(
        models.CharField(max_length=10, choices=Access.choices),
        verbose_name=_("what the visit needs"),
        default=list,
        blank=True,
    )
    # Free text, and therefore the secretary's alone, like the message.
    needs = models.CharField(_("other needs"), max_length=300, blank=True)
    # One-sided words: the secretary's alone, never on the professionals' pages.
    message = models.TextField(_("message to the secretary"), max_length=1000, blank=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.NOT_ASKED)
    answered_at = models.DateTimeField(null=True, blank=True)
    link_nonce = models.CharField(max_length=32)
    link_hash = models.CharField(max_length=64, unique=True)
    # By what somebody on the phone is recognised: see office.core.own_codes.
    code_hash = models.CharField(max_length=64, blank=True, db_default="", db_index=True)
    # The link of an invitation that its owner has exchanged for their own: whoever else has it, such as
    # the other parent who passed it on, goes on seeing time and place with it, as before.
    invitation_nonce = models.CharField(max_length=32, blank=True, db_default="")
    invitation_link_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)

    # Whether this party was found by such an invitation, not by their own link.
    is_by_invitation = False

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    role__in=PartyRole.companions(), accompanies__isnull=False, is_requester=False
                )
                | ~Q(role__in=PartyRole.companions()) & Q(accompanies__isnull=True),
                name="who_comes_along_comes_with_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=PartyRole.companions())
                | Q(answer__in=[Answer.NOT_ASKED, Answer.ACCEPTED], given_by_other=False),
                name="who_comes_along_is_not_asked",
            ),
            models.UniqueConstraint(
                fields=["appointment"],
                condition=models.Q(is_requester=True),
                name="one_party_sent_the_request",
            ),
            models.CheckConstraint(
                condition=models.Q(given_by_other=False)
                | models.Q(
                    call_is_safe=False,
                    voicemail_is_safe=False,
                    sms_is_safe=False,
                    email_is_safe=False,
                ),
                name="nobody_says_for_another_what_is_safe",
            ),
        ]
        # By what a caller is found while the secretary types.
        indexes = [
            GinIndex(
                OpClass(Folded(F("name")), name="gin_trgm_ops"),
                name="party_by_name",
                # A list of what is not sorted in yet would be read by every search.
                fastupdate=False,
            ),
            models.Index(
                fields=["phone"], name="party_by_phone", opclasses=["varchar_pattern_ops"]
            ),
            # By the end of a number: its last digits are what callers read out.
            models.Index(
                OpClass(Reverse("phone", output_field=models.CharField()), name="text_pattern_ops"),
                name="party_by_last_digits",
            ),
            models.Index(Lower("email"), name="party_by_email"),
            # Of two requests of the same people, in whatever order their names were written.
            HashIndex(Func("name", function="show_trgm"), name="party_by_letters_of_name"),
        ]

    def __str__(self) -> str:
        return f"party {self.pk}"

    @property
    def rules(self) -> RoleRules:
        """What holds for the party's role."""
        return PartyRole(self.role).rules

    @property
    def is_unasked(self) -> bool:
        """Whether they have not been asked, or told of it by us."""
        return self.answer == Answer.NOT_ASKED

    @property
    def is_asked(self) -> bool:
        """Whether their answer is awaited."""
        return self.answer == Answer.ASKED

    @property
    def has_accepted(self) -> bool:
        return self.answer == Answer.ACCEPTED

    @property
    def has_declined(self) -> bool:
        return self.answer == Answer.DECLINED

    @property
    def is_other_parent(self) -> bool:
        """Whether this is a side of the matter that has not asked for the visit."""
        return not self.is_requester and self.rules.is_side

    @property
    def decides_time(self) -> bool:
        """Whether the visit is theirs to cancel, and its time to choose."""
        return self.is_requester or self.rules.decides_time

    @property
    def interpreter_label(self) -> str:
        """The interpreter's language in words of ours; nothing where none is asked for."""
        return language_name(self.interpreter)

    @property
    def access_labels(self) -> list[str]:
        """What the visit needs, in words."""
        return [str(label) for value, label in Access.choices if value in self.access]

    @property
    def is_named_only(self) -> bool:
        """Whether this is the other parent, known by name alone, whom the unit is still to contact."""
        return bool(
            self.name
            and self.is_other_parent
            and self.answer == Answer.NOT_ASKED
            and not (self.phone or self.email)
            and self.appointment.other_parent == OtherParent.UNIT
        )

    @property
    def is_reachable(self) -> bool:
        """Whether a message may be sent by some channel."""
        by_sms = self.phone and self.sms_is_safe and not phones.is_landline(self.phone)
        return bool((self.email and self.email_is_safe) or by_sms)
