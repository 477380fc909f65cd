"""When the unit's public pages are open: until then, only those who work here see them."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from office.core import clock
from office.models import Unit


@transaction.atomic
def open_to_public(*, at: datetime | None) -> None:
    """Open the public pages from an instant on, or close them with None. Now, for one that has gone by.

    Raises ValidationError while the unit has no settings.
    """
    unit = Unit.objects.select_for_update().order_by("pk").first()
    if unit is None:
        raise ValidationError(
            _("Save the settings of the unit first: the public pages need its name.")
        )
    if unit.is_public and at is not None and at <= clock.now():
        return  # Since when it is open is kept.
    Unit.objects.filter(pk=unit.pk).update(public_from=at)
