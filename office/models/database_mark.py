"""Which database the messages of this installation leave from."""

from django.db import models


class DatabaseMark(models.Model):
    """The identity of the database that may write to people; in a restored copy another one. One row."""

    identity = models.CharField(max_length=80)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"since {self.since}"
