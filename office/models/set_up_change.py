"""That the set-up has changed: by these rows office/core/set_up_cache.py knows its version."""

from django.db import models
from django.db.models.functions import Now

# Tables whose readings may be kept. Each has the trigger `notes_set_up_changes`.
WATCHED = (
    "office_absence",
    "office_closure",
    "office_guidancelink",
    "office_guidancepage",
    "office_guidancepageversion",
    "office_hourschange",
    "office_lengthrule",
    "office_lengthrule_services",
    "office_partnerorganisation",
    "office_professional",
    "office_professional_services",
    "office_publicstatements",
    "office_room",
    "office_roomclosure",
    "office_service",
    "office_servicepoint",
    "office_standardsentence",
    "office_unit",
    "office_wayquestion",
    "office_weeklyhours",
)


class SetUpChange(models.Model):
    """A statement that wrote a table of the set-up. Its mark is drawn by chance: it never comes again."""

    mark = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.at}"
