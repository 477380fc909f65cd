"""What a parent prepares at home for a visit. Sealed: no column can be read without their own key."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.models.parties import Party


class Preparation(models.Model):
    """One parent's papers: ticks and answers under one seal, bound to `version`.

    A parent who has lost the key begins anew; whoever else holds the personal link learns of none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="preparations")
    # Of the parent's key: where it is looked up, and what the data key is wrapped with.
    lookup = models.CharField(max_length=64, unique=True)
    public_key = models.BinaryField()
    wrapped = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    sealed = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("papers for a visit")
        verbose_name_plural = _("papers for visits")

    def __str__(self) -> str:
        return f"papers {self.pk}"

    @property
    def place(self) -> str:
        return f"papers {self.pk} version {self.version}"


class PreparationCode(models.Model):
    """Six digits that the parent reads out at the visit, valid once and for some minutes."""

    preparation = models.OneToOneField(Preparation, on_delete=models.CASCADE, related_name="code")
    code_hash = models.CharField(max_length=64, unique=True)
    salt = models.BinaryField()
    wrapped = models.BinaryField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("code for papers")
        verbose_name_plural = _("codes for papers")

    def __str__(self) -> str:
        return f"code of {self.preparation_id}"


class PreparationOpening(models.Model):
    """The papers as one professional has them open: wrapped for a key that is in their browser alone."""

    preparation = models.OneToOneField(
        Preparation, on_delete=models.CASCADE, related_name="opening"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    lookup = models.CharField(max_length=64, unique=True)
    wrapped = models.BinaryField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("papers that are open")
        verbose_name_plural = _("papers that are open")

    def __str__(self) -> str:
        return f"opening of {self.preparation_id}"
