"""Short pages: each wording is kept; checking one shows it to the public."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from office.core import clock
from office.core.languages import LANGUAGES
from office.core.save_checked import save_checked
from office.models import GuidanceLink, GuidancePage, GuidancePageVersion, Service, User

# After so long what was checked is looked at again.
CHECKED_FOR = timedelta(days=365)
FIELDS = tuple(f"{name}_{code}" for name in ("title", "summary", "text") for code, _n in LANGUAGES)


@transaction.atomic
def save_page(
    page: GuidancePage,
    words: Mapping[str, str],
    *,
    services: Iterable[Service],
    links: Iterable[GuidanceLink],
    user: User | None,
    checked_by: str = "",
) -> GuidancePageVersion:
    """Save a new or altered page; `checked_by` says that its words are right. Raises ValidationError.

    Other words make a new version. The public goes on reading the last one that was checked.
    """
    save_checked(page)
    page.services.set(services)
    page.links.set(links)
    version = _lock_latest(page)
    if version is None or any((getattr(version, f) or "") != words.get(f, "") for f in FIELDS):
        version = _write(page, words, user=user)
    if checked_by:
        _mark_checked(version, checked_by)
    return version


@transaction.atomic
def check_version(version: GuidancePageVersion, *, checked_by: str) -> None:
    """Note that these words are right today. Raises ValidationError where newer words have followed."""
    newest = _lock_latest(version.page)
    if newest != version:
        raise ValidationError(_("The page has newer words. Check those."))
    _mark_checked(version, checked_by)


@transaction.atomic
def restore_version(version: GuidancePageVersion, *, user: User) -> GuidancePageVersion:
    """Bring older words back as the newest; they are checked anew before the public reads them."""
    _lock_latest(version.page)
    words = {field: getattr(version, field) or "" for field in FIELDS}
    return _write(version.page, words, user=user, restored_from=version)


def _lock_latest(page: GuidancePage) -> GuidancePageVersion | None:
    GuidancePage.objects.select_for_update().get(pk=page.pk)
    return page.versions.first()


def _write(
    page: GuidancePage,
    words: Mapping[str, str],
    *,
    user: User | None,
    restored_from: GuidancePageVersion | None = None,
) -> GuidancePageVersion:
    version = GuidancePageVersion(
        page=page,
        written_at=clock.now(),
        written_by=user,
        restored_from=restored_from,
        **{field: words.get(field, "") for field in FIELDS},
    )
    save_checked(version)
    return version


def _mark_checked(version: GuidancePageVersion, checked_by: str) -> None:
    version.checked_on = clock.today()
    version.checked_by = checked_by
    save_checked(version)


def initials(user: User) -> str:
    """Return the initials under which a user checks a page, unless they say otherwise."""
    return "".join(part[0].upper() for part in user.get_full_name().split() if part)[:4]
