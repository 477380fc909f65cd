"""The machine check of partners' websites, once a month as that of guidance links."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from office.core import jobs
from office.guidance.link_checks import NO_ANSWER, broken, checked
from office.guidance.shortcomings import has_no_way_out
from office.hooks import Shortcoming
from referrals.models import DirectoryEntry, WebsiteCheck

CHECK_TASK = "referrals.tasks.check_website"


def ask_checks(now: datetime) -> None:
    """Have the worker check the websites that are due: new and altered ones, and those of a month ago."""
    done = WebsiteCheck.objects.filter(next_at__gt=now, url=F("entry__website"))
    due = DirectoryEntry.objects.in_use().exclude(website="").exclude(website_check__in=done)
    for key in due.values_list("pk", flat=True):
        jobs.defer_once(CHECK_TASK, lock=f"partner-website-{key}", key=key)


def check_website(key: int) -> None:
    """Open the website and note what is found; nothing where there is none any more."""
    entry = DirectoryEntry.objects.select_related("website_check").filter(pk=key).first()
    if entry is None or not entry.website:
        return
    before = getattr(entry, "website_check", None)
    WebsiteCheck.objects.update_or_create(entry=entry, defaults=checked(entry.website, before))


def broken_websites() -> Iterator[Shortcoming]:
    """Yield the websites of entries in use that the check found faulty, as they are now."""
    in_use = DirectoryEntry.objects.in_use()
    checks = WebsiteCheck.objects.filter(entry__in=in_use, url=F("entry__website"))
    found = list(broken(checks).select_related("entry").order_by("entry__order", "entry_id"))
    if all(check.finding in NO_ANSWER for check in found) and has_no_way_out():
        return
    for check in found:
        yield Shortcoming(
            reverse("referrals:entry", args=[check.entry_id]),
            _("Website of %(name)s: %(what)s")
            % {"name": check.entry, "what": check.get_finding_display()},
            _("It stands in the directory of partners."),
        )
