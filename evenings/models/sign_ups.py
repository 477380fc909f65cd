"""Who has signed up for an evening: a number, and as much of themselves as they choose to say."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from evenings.models.evenings import Evening

LINK = "evening"
LARGEST_PARTY = 4


class SignUpStatus(models.TextChoices):
    SIGNED = "signed", _("has a place")
    WAITING = "waiting", _("waits for a place")
    OFFERED = "offered", _("is offered a place")
    CANCELLED = "cancelled", _("cancelled")
    LAPSED = "lapsed", _("did not answer the offer")
    NO_PLACE = "no_place", _("got no place")
    EVENING_OFF = "off", _("the evening was cancelled")

    @classmethod
    def taking_room(cls) -> list["SignUpStatus"]:
        """List the statuses for which places are kept."""
        return [cls.SIGNED, cls.OFFERED]

    @classmethod
    def open(cls) -> list["SignUpStatus"]:
        return [cls.SIGNED, cls.WAITING, cls.OFFERED]


class SignUpQuerySet(models.QuerySet["SignUp"]):
    def open(self) -> "SignUpQuerySet":
        return self.filter(status__in=SignUpStatus.open())

    def taking_room(self) -> "SignUpQuerySet":
        return self.filter(status__in=SignUpStatus.taking_room())

    def in_line(self) -> "SignUpQuerySet":
        """Keep those who wait, in the order in which places are offered."""
        return self.filter(status=SignUpStatus.WAITING).order_by("in_line_since", "pk")


class SignUp(models.Model):
    """One party of one or more people. Their private word is kept as a keyed hash alone."""

    evening = models.ForeignKey(Evening, on_delete=models.PROTECT, related_name="sign_ups")
    # What the person sees and says; the page shows it as three and three digits.
    number = models.CharField(max_length=6, unique=True)
    status = models.CharField(max_length=9, choices=SignUpStatus.choices)
    people = models.PositiveSmallIntegerField(
        _("how many come"),
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_PARTY)],
        default=1,
    )
    first_name = models.CharField(_("first name"), max_length=60, blank=True)
    # One of them or none.
    email = models.EmailField(_("e-mail"), blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    language = models.CharField(_("language"), max_length=2, default="fi")
    word_hash = models.CharField(max_length=64, blank=True)
    # The place in the line; moves to another evening begin it anew.
    in_line_since = models.DateTimeField(null=True, blank=True)
    offered_until = models.DateTimeField(null=True, blank=True)
    link_nonce = models.CharField(max_length=32)
    link_hash = models.CharField(max_length=64, unique=True)
    # The key of the form that it was made from: a form sent twice signs up once.
    made_from = models.UUIDField(unique=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-up for an evening")
        verbose_name_plural = _("sign-ups for evenings")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(people__gte=1) & Q(people__lte=LARGEST_PARTY),
                name="a_sign_up_is_for_one_to_four_people",
            ),
            models.CheckConstraint(
                condition=Q(email="") | Q(phone=""), name="a_sign_up_has_one_contact_at_most"
            ),
            models.CheckConstraint(
                condition=~Q(status="waiting") | Q(in_line_since__isnull=False),
                name="who_waits_has_a_place_in_the_line",
            ),
            models.CheckConstraint(
                condition=Q(offered_until__isnull=True) ^ Q(status="offered"),
                name="an_offered_place_has_a_last_moment",
            ),
            # Two with one private word are never given the same evening.
            models.UniqueConstraint(
                fields=["evening", "word_hash"],
                condition=Q(status__in=["signed", "offered"]) & ~Q(word_hash=""),
                name="a_private_word_is_at_an_evening_once",
            ),
        ]
        indexes = [
            models.Index(fields=["evening", "status"], name="sign_up_by_evening"),
            models.Index(fields=["status", "offered_until"], name="sign_up_by_offer"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def shown_number(self) -> str:
        """The number as three and three digits."""
        return f"{self.number[:3]} {self.number[3:]}"

    @property
    def is_open(self) -> bool:
        return self.status in SignUpStatus.open()

    @property
    def has_place(self) -> bool:
        return self.status == SignUpStatus.SIGNED

    @property
    def is_waiting(self) -> bool:
        return self.status == SignUpStatus.WAITING

    @property
    def is_offered(self) -> bool:
        return self.status == SignUpStatus.OFFERED


class SignUpEventKind(models.TextChoices):
    SIGNED_UP = "signed_up", _("Signed up")
    IN_LINE = "in_line", _("On the waiting list")
    OFFERED = "offered", _("A place was offered")
    TOOK = "took", _("The offered place was taken")
    DECLINED = "declined", _("The offered place was declined")
    LAPSED = "lapsed", _("The offer was not answered")
    PEOPLE_CHANGED = "people", _("The number of people was changed")
    MOVED = "moved", _("Moved to another evening")
    WORD_SET = "word", _("A private word was added or changed")
    CANCELLED = "cancelled", _("Cancelled")
    NO_PLACE = "no_place", _("Sign-up closed without a place")
    EVENING_OFF = "off", _("The evening was cancelled")
    TAKEN_BACK = "taken_back", _("The last step was undone")


class SignUpEvent(models.Model):
    """What happened to a sign-up, when, by whom. Append-only."""

    class By(models.TextChoices):
        PERSON = "person", _("the person")
        STAFF = "staff", _("staff")
        SYSTEM = "system", _("the system")

    sign_up = models.ForeignKey(SignUp, on_delete=models.CASCADE, related_name="events")
    what = models.CharField(max_length=10, choices=SignUpEventKind.choices)
    status = models.CharField(max_length=9, choices=SignUpStatus.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=6, choices=By.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.what} {self.at}"
