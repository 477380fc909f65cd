"""Short pages by situation: every wording is kept, and the public reads the last one that was checked."""

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from office.models.leads import Leads
from office.models.people import User


class GuidancePageQuerySet(models.QuerySet["GuidancePage"]):
    def in_use(self) -> "GuidancePageQuerySet":
        return self.filter(is_active=True)

    def shown(self) -> "GuidancePageQuerySet":
        """Return what the public may read: in use, and with a wording that somebody has checked."""
        return self.in_use().filter(versions__checked_on__isnull=False).distinct()


class GuidancePage(Leads):
    """A short page about one situation, at an address of its own. Its words are its versions."""

    slug = models.SlugField(
        _("address"),
        unique=True,
        max_length=40,
        help_text=_(
            "The end of the address, in English, such as first-days. It stays in the browser's "
            "history: let it tell nothing."
        ),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = GuidancePageQuerySet.as_manager()

    class Meta:
        verbose_name = _("short page")
        verbose_name_plural = _("short pages")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.slug


class GuidancePageVersionQuerySet(models.QuerySet["GuidancePageVersion"]):
    def latest_of_each(self) -> "GuidancePageVersionQuerySet":
        """Keep the newest wording of each page."""
        newest = GuidancePageVersion.objects.filter(page=OuterRef("page")).order_by("-pk")
        return self.filter(pk=Subquery(newest.values("pk")[:1]))

    def public(self) -> "GuidancePageVersionQuerySet":
        """Keep the wording of each page in use that the public reads: the last that was checked."""
        newest = GuidancePageVersion.objects.filter(
            page=OuterRef("page"), checked_on__isnull=False
        ).order_by("-pk")
        return (
            self.filter(pk=Subquery(newest.values("pk")[:1]), page__is_active=True)
            .select_related("page")
            .order_by("page__order", "page_id")
        )


class GuidancePageVersion(models.Model):
    """One wording of a page. It is never changed, only followed by another."""

    page = models.ForeignKey(GuidancePage, on_delete=models.CASCADE, related_name="versions")
    title = models.CharField(_("heading"), max_length=80)
    summary = models.CharField(_("in one sentence"), max_length=240, blank=True)
    text = models.TextField(_("text"), max_length=6000)
    written_at = models.DateTimeField()
    # Nobody: it came with the program.
    written_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The older wording that was brought back.
    restored_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    checked_on = models.DateField(null=True, blank=True)
    checked_by = models.CharField(
        _("checked by"),
        max_length=40,
        blank=True,
        help_text=_("A role or initials, as the public page shows it. No names."),
    )

    objects = GuidancePageVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("wording of a short page")
        verbose_name_plural = _("wordings of short pages")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_on__isnull=True, checked_by="")
                | (Q(checked_on__isnull=False) & ~Q(checked_by="")),
                name="a_checked_wording_says_who_checked_it",
            ),
        ]

    def __str__(self) -> str:
        return self.title
