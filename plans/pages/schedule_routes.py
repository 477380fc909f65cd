"""URL patterns of the schedule's pages, behind a parent's link and in a guide's meeting."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.views.decorators.http import require_POST, require_safe

from office.core.http import get_or_post
from office.staff.permissions import StaffRequest
from plans.content import family
from plans.content.answers import FOR_ALL
from plans.pages import schedule, schedule_calendar, schedule_suggestions
from plans.pages.guide import FRAME, family_of, own_kind
from plans.pages.links import for_parents
from plans.pages.meetings import in_meeting
from plans.pages.schedule import SchedulePage
from plans.schedule.actions import ScheduleSource, sheet_named
from plans.vault.drafts import DraftAccess

Shown = Callable[..., HttpResponse]


def _checked(page: SchedulePage, *, writes: bool) -> SchedulePage:
    """Raise Http404 for a child not in the plan, and for changing a read-only schedule."""
    if page.sheet.child != FOR_ALL and page.child is None:
        raise Http404
    if writes and not page.sheet.is_written:
        raise Http404
    return page


def _parents(shown: Shown, *, writes: bool) -> Shown:
    @for_parents
    def run(
        request: HttpRequest, token: str, access: DraftAccess, sheet: str, **more: Any
    ) -> HttpResponse:
        def at(name: str, *where: Any, sheet: str | None = None) -> str:
            return reverse(f"plan:{name}", args=[token, sheet or str(page.sheet), *where])

        page = SchedulePage(
            access,
            access.own,
            family.read_shared(access),
            sheet_named(sheet),
            home=reverse("plan:overview", args=[token]),
            at=at,
            question_at=lambda key: reverse("plan:question", args=[token, key]),
            token=token,
        )
        return shown(request, _checked(page, writes=writes), **more)

    return run


def _guides(shown: Shown, *, writes: bool) -> Shown:
    """Let a guide write in the parent's own part; suggestions are the parents' alone."""

    @in_meeting
    def run(request: StaffRequest, access: DraftAccess, sheet: str, **more: Any) -> HttpResponse:
        own = own_kind(access)
        named = sheet_named(sheet)
        if own is None or named.source is not ScheduleSource.OWN:
            raise Http404

        def at(name: str, *where: Any, sheet: str | None = None) -> str:
            return reverse(f"plan:meeting_{name}", args=[sheet or str(named), *where])

        page = SchedulePage(
            access,
            own,
            family_of(access, own),
            named,
            home=reverse("plan:meeting"),
            at=at,
            question_at=lambda key: reverse("plan:meeting_question", args=[key]),
            frame=FRAME,
        )
        return shown(request, _checked(page, writes=writes), **more)

    return run


# Address below the schedule, name, view, allowed methods, whether it needs a writable schedule.
PAGES: list[tuple[str, str, Shown, Callable[[Shown], Shown], bool]] = [
    ("", "schedule", schedule.home, require_safe, True),
    ("questions/<slug:slug>/", "schedule_step", schedule.step, get_or_post, True),
    ("clear/<slug:group>/", "schedule_clear", schedule.clear, require_POST, True),
    ("own/", "schedule_copy", schedule.copy, require_POST, True),
    ("restore/", "schedule_restore", schedule.restore, require_POST, True),
    ("remove/", "schedule_remove", schedule.remove, require_POST, True),
    ("month/", "schedule_calendar", schedule_calendar.month, require_safe, False),
    (
        "month/<int:year>/<int:number>/",
        "schedule_month",
        schedule_calendar.month,
        require_safe,
        False,
    ),
    ("year/", "schedule_now", schedule_calendar.year, require_safe, False),
    ("year/<int:year>/", "schedule_year", schedule_calendar.year, require_safe, False),
]
# A file would stay on the guide's machine after the meeting.
PARENTS_ONLY: list[tuple[str, str, Shown, Callable[[Shown], Shown], bool]] = [
    ("calendar.ics", "schedule_file", schedule_calendar.file, require_safe, False),
    ("calendar/", "schedule_take", schedule_calendar.take, require_POST, False),
    ("suggest/", "schedule_suggest", schedule_suggestions.suggest, require_POST, True),
    ("send/", "schedule_send", schedule_suggestions.send, require_POST, True),
]


def parents_paths(base: str) -> list[URLPattern]:
    """Return URL patterns for a parent behind the link."""
    return [
        path(f"{base}{end}", may(wraps(shown)(_parents(shown, writes=writes))), name=name)
        for end, name, shown, may, writes in PAGES + PARENTS_ONLY
    ]


def guides_paths(base: str) -> list[URLPattern]:
    """Return URL patterns for a guide in a meeting."""
    return [
        path(
            f"{base}{end}",
            may(wraps(shown)(_guides(shown, writes=writes))),
            name=f"meeting_{name}",
        )
        for end, name, shown, may, writes in PAGES
    ]
