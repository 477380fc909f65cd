"""Where words of the unit lead on: what a short page and the end of a path have in common."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from office.models.guidance import GuidanceLink
from office.models.services import Service


class Leads(models.Model):
    """The ways on. Each is offered only while it is open: a walk-in that exists, an evening to come."""

    services = models.ManyToManyField(
        Service, blank=True, related_name="+", verbose_name=_("services")
    )
    links = models.ManyToManyField(
        GuidanceLink, blank=True, related_name="+", verbose_name=_("links to others")
    )
    to_safety = models.BooleanField(_("emergency numbers, and how we meet safely"), default=False)
    to_walk_in = models.BooleanField(_("the walk-in"), default=False)
    to_plan = models.BooleanField(_("the parenting plan"), default=False)
    to_evenings = models.BooleanField(_("evenings for parents"), default=False)
    to_partners = models.BooleanField(_("the directory of partners"), default=False)
    to_phone = models.BooleanField(_("a call to the unit"), default=False)

    class Meta:
        abstract = True


WAYS = ("to_safety", "to_walk_in", "to_plan", "to_evenings", "to_partners", "to_phone")
