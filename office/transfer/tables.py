"""The tables of a new unit's spreadsheet: their names and headings, known in each of our languages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from office.core.languages import FULL
from office.models import HoursKind, Role


@dataclass(frozen=True)
class Column:
    """One column; its key is the name of the model's field where there is one."""

    key: str
    heading: str | Promise
    is_required: bool = False
    hint: str | Promise = ""
    # What may stand in it, where that is a short list.
    choices: Mapping[str, str | Promise] | None = None


@dataclass(frozen=True)
class Table:
    key: str
    title: str | Promise
    columns: tuple[Column, ...]

    @cached_property
    def headings(self) -> dict[str, str]:
        """The key of a column by its heading in any language, as `folded`."""
        found = {column.key: column.key for column in self.columns}
        for code in FULL:
            with override(code):
                found |= {folded(str(column.heading)): column.key for column in self.columns}
        return found

    @cached_property
    def titles(self) -> set[str]:
        return in_all_languages(self.title) | {self.key}

    @cached_property
    def required(self) -> set[str]:
        return {column.key for column in self.columns if column.is_required}


def folded(text: str) -> str:
    """Fold a word for comparing: "TOIMIPISTE " means the same."""
    return " ".join(text.replace("–", "-").casefold().split()).rstrip("*").strip()


def in_all_languages(text: str | Promise) -> set[str]:
    found = set()
    for code in FULL:
        with override(code):
            found.add(folded(str(text)))
    return found


def by_words(choices: Iterable[tuple[str, str | Promise]]) -> dict[str, str]:
    """Map the code and the label in each language to the value."""
    found: dict[str, str] = {}
    for value, label in choices:
        found |= dict.fromkeys([folded(value), *in_all_languages(label)], value)
    return found


YES = {"x", "1", "kyllä", "on", "ja", "yes", "true"}
NO = {"0", "ei", "nej", "no", "false"}
_SEVERAL = _("Separate several with semicolons.")
NAMES = (
    Column("name_fi", _("Name in Finnish"), is_required=True),
    Column("name_sv", _("Name in Swedish")),
    Column("name_en", _("Name in English")),
)
ROLES = dict(Role.choices)
KINDS = dict(HoursKind.choices)

POINTS = Table(
    "points",
    _("Service points"),
    (
        *NAMES,
        Column("street_fi", _("Street in Finnish"), is_required=True),
        Column("street_sv", _("Street in Swedish")),
        Column("postcode", _("Postcode"), is_required=True),
        Column("city_fi", _("City in Finnish"), is_required=True),
        Column("city_sv", _("City in Swedish")),
        Column("phone", _("Phone")),
        Column("getting_there_fi", _("How to get there, in Finnish")),
        Column("getting_there_sv", _("How to get there, in Swedish")),
        Column("getting_there_en", _("How to get there, in English")),
    ),
)
ROOMS = Table(
    "rooms",
    _("Rooms"),
    (
        Column("service_point", _("Service point"), is_required=True),
        Column("name", _("Room"), is_required=True),
        Column("seats", _("Seats"), hint=_("Empty: four.")),
        Column(
            "is_accessible",
            _("Accessible with a wheelchair"),
            hint=_("Yes or no. Empty: yes."),
        ),
    ),
)
ORGANISATIONS = Table(
    "organisations",
    _("Partner organisations"),
    (*NAMES, Column("email", _("E-mail")), Column("phone", _("Phone"))),
)
PEOPLE = Table(
    "people",
    _("People"),
    (
        Column("name", _("Name"), is_required=True, hint=_("First name and family name.")),
        Column("title_fi", _("Title in Finnish"), is_required=True),
        Column("title_sv", _("Title in Swedish")),
        Column("title_en", _("Title in English")),
        Column("email", _("E-mail")),
        Column("phone", _("Phone")),
        Column(
            "languages",
            _("Languages of service"),
            hint=_("Such as fi; sv. Empty: Finnish."),
        ),
        Column(
            "services",
            _("Services"),
            hint=_(
                "By their names or short names, separated by semicolons; an asterisk means all."
            ),
        ),
        Column("service_points", _("Service points"), hint=_SEVERAL),
        Column(
            "organisation",
            _("Partner organisation"),
            hint=_("Only for a colleague of another unit."),
        ),
        Column(
            "username",
            _("Signs in as"),
            hint=_("Empty: does not sign in. A link for setting the password is made."),
        ),
        Column(
            "roles",
            _("Roles"),
            hint=_("For those who sign in. Separate several with semicolons."),
            choices=ROLES,
        ),
    ),
)
HOURS = Table(
    "hours",
    _("Hours"),
    (
        Column("person", _("Person"), is_required=True),
        Column(
            "weekdays", _("Weekdays"), is_required=True, hint=_("Such as mon-thu, or mon, wed.")
        ),
        Column("starts", _("From"), is_required=True, hint=_("Such as 8.30.")),
        Column("ends", _("Until"), is_required=True),
        Column("kind", _("Kind of hours"), hint=_("Empty: appointments."), choices=KINDS),
        Column(
            "service_point",
            _("Service point"),
            hint=_("May be empty for somebody who works at one."),
        ),
        Column("interval", _("Every so many weeks"), hint=_("Empty: every week.")),
        Column("valid_from", _("Valid from"), hint=_("Empty: from today.")),
        Column("valid_until", _("Valid until"), hint=_("Empty: until further notice.")),
    ),
)
# The sheet of the template that tells how; nothing is read from it.
GUIDE = _("Instructions")
# In the order in which rows need each other.
TABLES = (POINTS, ROOMS, ORGANISATIONS, PEOPLE, HOURS)
BY_KEY = {table.key: table for table in TABLES}


def heading_of(column: Column) -> str:
    """Return the heading as in the spreadsheet to fill in: with an asterisk where it is required."""
    return capfirst(str(column.heading)) + ("*" if column.is_required else "")
