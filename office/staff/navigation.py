"""What stands in the staff's left navigation, by role."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SECRETARY, SUPERVISOR, GUIDE, MANAGER, PARTNER = (
    "secretary",
    "supervisor",
    "guide",
    "manager",
    "partner",
)


@dataclass(frozen=True)
class NavigationLink:
    """A page of the navigation; `counter` names the figure in the context's `counters`."""

    path: str
    name: str | Promise
    icon: str
    roles: frozenset[str]
    key: str = ""
    counter: str = ""


@dataclass(frozen=True)
class NavigationSection:
    name: str | Promise
    pages: tuple[NavigationLink, ...]


DESK = frozenset({SECRETARY})
OWN = frozenset({SUPERVISOR, GUIDE, PARTNER})
ROOM = frozenset({SECRETARY, SUPERVISOR, GUIDE})
LEAD = frozenset({MANAGER})

SECTIONS = (
    NavigationSection(
        _("Desk"),
        (
            NavigationLink("/desk/", _("Work list"), "list", DESK, "g w", "desk"),
            NavigationLink("/desk/calendar/", _("Calendar"), "calendar", DESK, "g c"),
            NavigationLink("/desk/cases/", _("Cases"), "document", DESK, "g m"),
            NavigationLink("/desk/phone/", _("Phone hours"), "phone", DESK, "g p"),
            NavigationLink("/desk/links/", _("Send links"), "link", DESK, "l"),
            NavigationLink(
                "/desk/call-backs/", _("Call-backs"), "clock", DESK, "g b", "call_backs"
            ),
            NavigationLink(
                "/desk/waiting-list/", _("Waiting list"), "people", DESK, "g l", "waiting"
            ),
            NavigationLink("/desk/reminders/", _("Reminders"), "mail", DESK, "g r"),
            NavigationLink("/desk/partners/", _("Partners"), "partners", DESK, "g n"),
            NavigationLink("/desk/away/", _("Absences"), "exit", DESK, "g a"),
            NavigationLink("/desk/cancelled/", _("Cancelled visits"), "cross", DESK),
            NavigationLink("/desk/outcomes/", _("Outcomes and agreements"), "check", DESK),
            NavigationLink("/desk/data-requests/", _("Data requests"), "person", DESK),
        ),
    ),
    NavigationSection(
        _("My work"),
        (
            NavigationLink("/my-day/", _("My day"), "calendar", OWN, "g d"),
            NavigationLink("/desk/evenings/", _("Evenings"), "people", ROOM, "g i"),
            NavigationLink("/queue/", _("Walk-in queue"), "queue", ROOM, "g q", "queue"),
            NavigationLink("/desk/referrals/", _("Handing on"), "arrow-right", ROOM, "g f"),
            NavigationLink(
                "/plan/guide/",
                pgettext_lazy("navigation", "Plans"),
                "edit",
                frozenset({GUIDE}),
                "g s",
            ),
            NavigationLink(
                "/plan/summary/",
                _("Summary of a plan"),
                "document",
                frozenset({SUPERVISOR, GUIDE}),
            ),
        ),
    ),
    NavigationSection(
        _("Unit"),
        (
            NavigationLink("/office/", _("Overview"), "home", LEAD, "g o"),
            NavigationLink("/desk/evenings/", _("Evenings"), "people", LEAD, "g i"),
            NavigationLink("/office/hours/", _("Hours"), "clock", LEAD, "g h"),
            NavigationLink("/office/week/", _("Everybody's week"), "calendar", LEAD, "g v"),
            NavigationLink("/office/walk-in/", _("Walk-in days"), "queue", LEAD),
            NavigationLink("/office/closures/", _("Closures"), "cross", LEAD),
            NavigationLink("/office/school-holidays/", _("School holidays"), "calendar", LEAD),
            NavigationLink("/office/people/", _("People"), "people", LEAD),
            NavigationLink("/office/impartiality/", _("Same information to both"), "people", LEAD),
            NavigationLink("/office/feedback/", _("Answers after visits"), "check", LEAD),
            NavigationLink("/office/conflicts/", _("Conflicts of interest"), "lock", LEAD),
            NavigationLink("/desk/cancelled/", _("Cancelled visits"), "cross", LEAD),
            NavigationLink("/desk/outcomes/", _("Outcomes and agreements"), "check", LEAD),
            NavigationLink("/desk/phone/figures/", _("Figures of calls"), "phone", LEAD),
            NavigationLink("/office/services/", _("Services"), "document", LEAD),
            NavigationLink("/office/lengths/", _("Lengths of visits"), "clock", LEAD),
            NavigationLink("/office/guidance/", _("Guidance"), "link", LEAD),
            NavigationLink("/office/partners/", _("Directory of partners"), "partners", LEAD),
            NavigationLink("/office/sentences/", _("Standard sentences"), "mail", LEAD),
            NavigationLink("/office/interpreters/", _("Interpreters"), "message", LEAD),
            NavigationLink("/office/points/", _("Service points"), "pin", LEAD),
            NavigationLink("/office/rooms/", _("Rooms"), "door", LEAD),
            NavigationLink("/office/unit/", _("Settings"), "settings", LEAD),
            NavigationLink("/office/statements/", _("Privacy and accessibility"), "document", LEAD),
            NavigationLink("/office/retention/", _("Retention times"), "clock", LEAD),
            NavigationLink("/desk/data-requests/", _("Data requests"), "person", LEAD),
            NavigationLink("/office/access/", _("Access log"), "lock", LEAD),
        ),
    ),
)


def sections_for(roles: Iterable[str]) -> list[tuple[NavigationSection, list[NavigationLink]]]:
    """Return the sections that anyone with these roles sees, each with its pages; no page twice."""
    own, shown, found = set(roles), set[str](), []
    for section in SECTIONS:
        pages = [page for page in section.pages if page.roles & own and page.path not in shown]
        shown |= {page.path for page in pages}
        if pages:
            found.append((section, pages))
    return found


def current_path(path: str, pages: Iterable[NavigationLink]) -> str:
    """Return the page of the navigation to which `path` belongs: the longest that begins it."""
    fitting = [page.path for page in pages if path.startswith(page.path)]
    return max(fitting, key=len, default="")
