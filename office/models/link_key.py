"""What is kept of the key of the links."""

from django.db import models


class LinkKeyMark(models.Model):
    """Enough of LINK_KEY to see that it is still the same; nobody can make a link with it. One row."""

    fingerprint = models.CharField(max_length=64)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"since {self.since}"
