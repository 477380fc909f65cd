"""What can be named on the phone by a short code."""

from typing import ClassVar

from django.db import models


class Referenced(models.Model):
    """A record with a reference code such as KLM-482."""

    # With what all codes of its kind begin; those of appointments begin with none of these letters.
    REFERENCE_BEGINS: ClassVar[str] = ""

    reference = models.CharField(max_length=10, unique=True)

    class Meta:
        abstract = True
