"""Guidance that needs its editor: links that lead nowhere, and what nobody has checked lately."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from office.core import clock
from office.guidance.link_checks import NO_ANSWER, broken
from office.guidance.pages import CHECKED_FOR
from office.guidance.ways import faults, load_rules, unreached
from office.hooks import Shortcoming
from office.models import (
    GuidanceLink,
    GuidancePageVersion,
    LinkCheck,
    User,
    WayEnding,
    WayQuestion,
)
from office.models.guidance import LanguageCheck


def guidance_shortcomings() -> Iterator[Shortcoming]:
    """Return what the editor is to look at, the gravest first. A fixed number of queries."""
    yield from _rules()
    yield from _broken_links()
    yield from _unchecked()


def _rules() -> Iterator[Shortcoming]:
    rules = load_rules()
    if not rules.questions:
        return
    address = reverse("office:ways")
    for fault in faults(rules):
        yield Shortcoming(address, fault, _("Parents who are asked “Which way?” would go astray."))
    for row in unreached(rules):
        yield Shortcoming(
            address,
            _("“%(name)s”: nobody gets there yet") % {"name": row},
            _("Let an answer lead to it, or remove it.")
            if isinstance(row, WayQuestion | WayEnding)
            else _("Let an end of “Which way?” offer it."),
        )


def broken_checks() -> list[LinkCheck]:
    """Find the checks that mean work: of links in use, at their present address, past some tries."""
    found = (
        broken(LinkCheck.objects.filter(link__is_active=True))
        .select_related("link__owner")
        .order_by("link__order", "link_id", "language")
    )
    return [check for check in found if is_of_now(check)]


def is_of_now(check: LinkCheck) -> bool:
    """Say whether the link still has the address that was checked."""
    return bool(getattr(check.link, f"url_{check.language}") == check.url)


def _broken_links() -> Iterator[Shortcoming]:
    found = broken_checks()
    if found and has_no_way_out():
        yield Shortcoming(
            reverse("office:guidance"),
            _("No link of guidance can be reached from this server"),
            _("The monthly check has no way to the internet. Open the links yourself."),
        )
        return
    for check in found:
        yield broken_link(
            reverse("office:guidance_link", args=[check.link_id]),
            check.link,
            check,
            check.link.owner,
        )


def broken_link(page: str, name: object, check: LanguageCheck, owner: User | None) -> Shortcoming:
    """Word what a check has found, for who looks after the link; `page`: where it is put right."""
    return Shortcoming(
        page,
        _("%(name)s (%(language)s): %(what)s")
        % {
            "name": name,
            "language": check.language,
            "what": check.get_finding_display(),
        },
        _("Looked after by %(name)s.") % {"name": owner.get_full_name() or owner.username}
        if owner
        else _("Nobody looks after this link."),
    )


def has_no_way_out() -> bool:
    """Say whether nothing answers at all: then the network here is at fault, not the pages."""
    answers = LinkCheck.objects.exclude(finding__in=NO_ANSWER)
    return not answers.exists()


def _unchecked() -> Iterator[Shortcoming]:
    too_old = clock.today() - CHECKED_FOR
    links = (
        GuidanceLink.objects.in_use()
        .filter(Q(checked_on__isnull=True) | Q(checked_on__lt=too_old))
        .count()
    )
    if links:
        yield Shortcoming(
            reverse("office:guidance"),
            ngettext("%(n)d link is to be opened", "%(n)d links are to be opened", links)
            % {"n": links},
            _("Nobody has looked in a year whether it leads where it says."),
        )
    alone = GuidanceLink.objects.in_use().without_owner().count()
    if alone:
        yield Shortcoming(
            reverse("office:guidance"),
            ngettext("%(n)d link has no owner", "%(n)d links have no owner", alone) % {"n": alone},
            _("Choose who looks after each: what the monthly check finds stands under their name."),
        )
    pages = (
        GuidancePageVersion.objects.latest_of_each()
        .filter(page__is_active=True)
        .filter(Q(checked_on__isnull=True) | Q(checked_on__lt=too_old))
        .count()
    )
    if pages:
        yield Shortcoming(
            reverse("office:guidance_pages"),
            ngettext(
                "%(n)d short page is to be checked", "%(n)d short pages are to be checked", pages
            )
            % {"n": pages},
            _("The public does not read new words before somebody has checked them."),
        )
