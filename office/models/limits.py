"""How often somebody has tried something lately. Kept in PostgreSQL, so it holds across web nodes."""

from django.db import models


class RateCount(models.Model):
    """Tries of one key (a keyed hash, never an address) in one window of time.

    The table is UNLOGGED: a press does not wait for the disk to count it, and after a crash of the
    database the counts begin anew.
    """

    key = models.CharField(max_length=64)
    window = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "window"], name="tries_are_counted_once_for_a_key_and_window"
            )
        ]

    def __str__(self) -> str:
        return f"{self.window} {self.count}"
