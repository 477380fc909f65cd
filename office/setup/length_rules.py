"""Rules of length: what takes how long together."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from office.core.once import one_at_a_time
from office.core.save_checked import save_checked
from office.models import LengthRule, Service


@transaction.atomic
def save_length_rule(rule: LengthRule, *, services: Collection[Service]) -> None:
    """Save a new or altered rule. Raises ValidationError; the same matters have one rule."""
    if len(services) < 2:
        raise ValidationError(
            {"services": _("Choose at least two: the length of one stands with the service.")}
        )
    one_at_a_time("length-rules")
    them = {service.pk for service in services}
    for other in LengthRule.objects.exclude(pk=rule.pk).prefetch_related("services"):
        if {service.pk for service in other.services.all()} == them:
            raise ValidationError(
                {"services": _("These matters have a rule already: change that.")}
            )
    save_checked(rule)
    rule.services.set(services)
