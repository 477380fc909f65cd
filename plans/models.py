"""Drafts of parenting plans. What parents write is sealed: no column can be read without a link."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office.core import clock


class Plan(models.Model):
    """A family's draft. Their names are not asked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("parenting plan draft")
        verbose_name_plural = _("parenting plan drafts")

    def __str__(self) -> str:
        return f"plan {self.pk}"


class HolderRole(models.TextChoices):
    FIRST = "first", _("the parent who began")
    SECOND = "second", _("the other parent")
    GUIDE = "guide", _("a guide, for a meeting")


class Holder(models.Model):
    """Somebody with a link: where to look it up, and the public key to wrap with."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="holders")
    role = models.CharField(max_length=6, choices=HolderRole.choices)
    lookup = models.CharField(max_length=64, unique=True)
    public_key = models.BinaryField()
    # A link that was passed on, or taken home from a guide: the holder replaces it at the first use.
    is_invitation = models.BooleanField(default=False)
    # Only of a guide: who it is, which parent gave access (none: begun at the desk), and when the
    # meeting ends. Each parent has their own guide: the other parent learns nothing of it.
    given_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="guides"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("holder of a link")
        verbose_name_plural = _("holders of links")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "role"],
                condition=~Q(role="guide"),
                name="a_plan_has_each_parent_once",
            ),
            models.UniqueConstraint(fields=["given_by"], name="a_parent_lets_one_guide_in"),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(role="guide", given_by__isnull=True),
                name="one_guide_begins_a_plan",
            ),
            models.CheckConstraint(
                condition=~Q(role="guide") | Q(user__isnull=False, expires_at__isnull=False),
                name="a_guide_is_known_and_leaves_in_the_end",
            ),
            models.CheckConstraint(
                condition=Q(role="guide") | Q(given_by__isnull=True),
                name="only_a_guide_is_let_in",
            ),
            models.CheckConstraint(
                condition=~Q(role="guide") | Q(is_invitation=False),
                name="only_parents_are_invited",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.plan_id}"

    @property
    def minutes_left(self) -> int:
        """Minutes of a guide's meeting, rounded up."""
        left = (self.expires_at - clock.now()) if self.expires_at else timedelta(0)
        return max(0, -(-left // timedelta(minutes=1)))


class PartKind(models.TextChoices):
    OWN_FIRST = "first", _("what the parent who began writes alone")
    OWN_SECOND = "second", _("what the other parent writes alone")
    SHARED = "shared", _("what both parents have shared")


class Part(models.Model):
    """A sealed part of a draft. `version` grows with every change and is bound into the seal."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=6, choices=PartKind.choices)
    version = models.PositiveIntegerField(default=1)
    sealed = models.BinaryField()

    class Meta:
        verbose_name = _("part of a draft")
        verbose_name_plural = _("parts of drafts")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "kind"], name="a_plan_has_each_kind_of_part_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.plan_id}"

    @property
    def place(self) -> str:
        return f"part {self.pk} version {self.version}"


class WrappedKey(models.Model):
    """The key of a part, wrapped for one holder."""

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="wrapped_keys")
    holder = models.ForeignKey(Holder, on_delete=models.CASCADE, related_name="wrapped_keys")
    wrapped = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["part", "holder"], name="a_key_is_wrapped_once_for_a_holder"
            )
        ]

    def __str__(self) -> str:
        return f"{self.part_id} for {self.holder_id}"


class GuideCode(models.Model):
    """Six digits that a parent reads out at the desk, valid once and for some minutes.

    The key is wrapped with the code together with a secret that is not in the database.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    giver = models.OneToOneField(Holder, on_delete=models.CASCADE, related_name="guide_code")
    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    salt = models.BinaryField()
    wrapped = models.BinaryField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("code for a guide")
        verbose_name_plural = _("codes for guides")

    def __str__(self) -> str:
        return f"code of {self.plan_id}"


class ShownSummary(models.Model):
    """A summary that a parent shows to the professional at a meeting: sealed apart from the draft.

    First `lookup` is the hash of six digits, which the key is wrapped with; once they are used, it is
    that of the professional's browser.
    """

    giver = models.OneToOneField(Holder, on_delete=models.CASCADE, related_name="shown_summary")
    lookup = models.CharField(max_length=64, unique=True)
    salt = models.BinaryField()
    wrapped = models.BinaryField()
    sealed = models.BinaryField()
    # Who has it open; none while the code waits.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("summary shown at a meeting")
        verbose_name_plural = _("summaries shown at meetings")

    def __str__(self) -> str:
        return f"summary of {self.giver_id}"


class PrintState(models.TextChoices):
    WAITING = "waiting", _("waits for the worker")
    DONE = "done", _("ready")
    FAILED = "failed", _("could not be made")


class Print(models.Model):
    """A PDF that a parent asked for: first its sealed source, then the sealed file.

    Both are sealed with one key, wrapped for the link of the waiting page. The row lives for
    minutes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    holder = models.ForeignKey(Holder, on_delete=models.CASCADE, related_name="prints")
    lookup = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=7, choices=PrintState.choices, default=PrintState.WAITING)
    wrapped = models.BinaryField()
    request = models.BinaryField(default=bytes)
    result = models.BinaryField(default=bytes)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("PDF of a draft")
        verbose_name_plural = _("PDFs of drafts")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(request=b""),
                name="what_a_pdf_was_made_of_is_not_kept",
            )
        ]

    def __str__(self) -> str:
        return f"PDF of {self.holder_id}"

    @property
    def is_waiting(self) -> bool:
        return self.state == PrintState.WAITING

    @property
    def is_done(self) -> bool:
        return self.state == PrintState.DONE


class Press(models.Model):
    """A worker that makes PDFs: the public half of a key whose private half is only in its memory."""

    lookup = models.CharField(max_length=64, unique=True)
    public_key = models.BinaryField()
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("worker that makes PDFs")
        verbose_name_plural = _("workers that make PDFs")

    def __str__(self) -> str:
        return f"press {self.pk}"


class HandedKey(models.Model):
    """The key of a PDF's source, wrapped for a worker that was running when it was asked for."""

    print = models.ForeignKey(Print, on_delete=models.CASCADE, related_name="handed_keys")
    press = models.ForeignKey(Press, on_delete=models.CASCADE, related_name="+")
    wrapped = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["print", "press"], name="a_key_is_handed_once_to_a_worker"
            )
        ]

    def __str__(self) -> str:
        return f"{self.print_id} for {self.press_id}"
