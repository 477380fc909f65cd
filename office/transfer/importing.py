"""The rows of a spreadsheet become points, rooms, people and hours: all of them, or none.

The preview does the same and takes it back, so that it knows every fault that the deed would meet. What
the unit has already, by its name, is left as it is: the same file read twice adds nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from office.calendar.hours_impact import change_hours
from office.calendar.hours_overlap import refuse_overlaps
from office.calendar.rhythms import MOST_WEEKS
from office.core import clock
from office.core.languages import FULL, SPOKEN, spoken_name
from office.core.once import one_at_a_time
from office.core.save_checked import save_checked
from office.core.typed import Edge
from office.models import (
    HoursKind,
    PartnerOrganisation,
    Professional,
    Room,
    Service,
    ServicePoint,
    User,
    WeeklyHours,
)
from office.setup.hours_plan import REASON
from office.setup.staffing import save_professional
from office.sign_in.accounts import note_password_link, save_user
from office.transfer.cells import Cells
from office.transfer.reading import Row, Sheet, Spreadsheet
from office.transfer.tables import (
    HOURS,
    KINDS,
    ORGANISATIONS,
    PEOPLE,
    POINTS,
    ROLES,
    ROOMS,
    Table,
    by_words,
    folded,
)

LONGEST_SLUG = 50
# The columns by which a row is named, and those that name another row.
NAMED_BY = ("name", "name_fi", "name_sv", "name_en")
NAMING = ("service_point", "service_points", "organisation", "person")


@dataclass(frozen=True)
class Fault:
    """What cannot be read or saved, where it stands, and what stands there."""

    sheet: str
    cell: str
    text: str
    why: str


@dataclass
class Outcome:
    """What becomes, or would become, of a spreadsheet."""

    faults: list[Fault] = field(default_factory=list)
    # By table: the names of what is added, and how many rows are there already.
    added: dict[str, list[str]] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    # Who is to be handed a link for setting a password.
    users: list[int] = field(default_factory=list)

    @property
    def adds_something(self) -> bool:
        return any(self.added.values())


class FaultsFoundError(Exception):
    """The spreadsheet has faults. Nothing was changed."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


@transaction.atomic
def preview(spreadsheet: Spreadsheet, *, by: User) -> Outcome:
    """Say what would become of the spreadsheet, with all its faults. Nothing is changed."""
    outcome = _Import(spreadsheet, by).run()
    transaction.set_rollback(True)
    return outcome


@transaction.atomic
def import_spreadsheet(spreadsheet: Spreadsheet, *, by: User) -> Outcome:
    """Add everything. Raises FaultsFoundError, with nothing changed, where anything is at fault."""
    outcome = _Import(spreadsheet, by).run()
    if outcome.faults:
        raise FaultsFoundError(outcome)
    return outcome


def _names(row: Model, field: str) -> Iterable[str]:
    return (folded(getattr(row, f"{field}_{code}") or "") for code in FULL)


class _Import:
    def __init__(self, spreadsheet: Spreadsheet, by: User) -> None:
        self.spreadsheet, self.by = spreadsheet, by
        self.outcome = Outcome()
        # The names of rows that could not be added.
        self.at_fault: set[str] = set()
        # The rows of this file so far, by their table and what they are known by.
        self.seen: set[tuple[str, str]] = set()

    def run(self) -> Outcome:
        one_at_a_time("set-up")
        self.points: dict[str, ServicePoint] = {}
        for point in ServicePoint.objects.all():
            self.points |= dict.fromkeys(_names(point, "name"), point)
        self.services: dict[str, Service] = {}
        for service in Service.objects.all():
            names = (*_names(service, "short_name"), *_names(service, "name"), service.slug)
            self.services |= dict.fromkeys(filter(None, map(folded, names)), service)
        self.organisations: dict[str, PartnerOrganisation] = {}
        for organisation in PartnerOrganisation.objects.all():
            self.organisations |= dict.fromkeys(_names(organisation, "name"), organisation)
        self.people = {folded(person.name): person for person in Professional.objects.all()}
        for known in (self.points, self.organisations):
            known.pop("", None)
        self._each(POINTS, self._point)
        self._each(ROOMS, self._room)
        self._each(ORGANISATIONS, self._organisation)
        self._each(PEOPLE, self._person)
        change_hours(
            professionals=[person.pk for person in self.people.values()],
            change=lambda: self._each(HOURS, self._hours),
            reason=REASON,
        )
        return self.outcome

    def _each(self, table: Table, add: Callable[[Cells], str]) -> None:
        """Add the rows of a table, one by one; `add` says what was added, or nothing if it was there."""
        sheet = self.spreadsheet.sheet(table)
        if sheet is None:
            return
        for row in sheet.rows:
            try:
                with transaction.atomic():
                    added = add(Cells(table, row))
            except ValidationError as error:
                self._note(sheet, row, error)
                continue
            if added:
                self.outcome.added.setdefault(table.key, []).append(added)
            else:
                self.outcome.kept[table.key] = self.outcome.kept.get(table.key, 0) + 1

    def _note(self, sheet: Sheet, row: Row, error: ValidationError) -> None:
        by_key: Mapping[str, Iterable[str]] = (
            error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        )
        first = sheet.table.columns[0].key
        self.at_fault |= {folded(row.texts.get(key, "")) for key in NAMED_BY} - {""}
        for key, whys in by_key.items():
            # A field that has no column of its own stands for the row.
            column = key if key in sheet.letters else first
            if column in NAMING and self._names_a_fault(row.texts.get(column, "")):
                continue
            for why in whys:
                cell = sheet.cell(row, column)
                self.outcome.faults.append(
                    Fault(sheet.title, cell, row.texts.get(column, ""), str(why))
                )

    def _names_a_fault(self, text: str) -> bool:
        """Say whether a cell only names rows already reported as faulty."""
        return any(folded(word) in self.at_fault for word in text.split(";"))

    def _once(self, cells: Cells, key: str, known_by: str = "") -> None:
        """Refuse a row that this file has already."""
        row = cells.table.key, known_by or folded(cells.text(key))
        if row in self.seen and cells.text(key):
            cells.refuse(key, _("This is in the file twice."))
            cells.check()
        self.seen.add(row)

    def _point(self, cells: Cells) -> str:
        self._once(cells, "name_fi")
        if folded(cells.text("name_fi")) in self.points:
            return ""
        point = ServicePoint(
            slug=self._slug(cells.text("name_en") or cells.text("name_fi")),
            order=len(self.points),
            **cells.texts(*(column.key for column in POINTS.columns)),
        )
        # A spreadsheet takes it for a number, and drops the zeros before it.
        point.postcode = f"{point.postcode:0>5}" if point.postcode else ""
        cells.check()
        save_checked(point)
        self.points |= dict.fromkeys(filter(None, _names(point, "name")), point)
        return point.name

    def _slug(self, name: str) -> str:
        slug = slugify(name)[:LONGEST_SLUG] or "point"
        taken = set(ServicePoint.objects.values_list("slug", flat=True))
        numbered = (f"{slug[: LONGEST_SLUG - 3]}-{n}" for n in range(2, 100))
        return next(found for found in (slug, *numbered) if found not in taken)

    def _room(self, cells: Cells) -> str:
        point = self._point_of(cells)
        seats = cells.whole("seats", 4, 1, 100)
        accessible = cells.yes("is_accessible", otherwise=True)
        if cells.errors or point is None:
            raise cells.error()
        name = cells.text("name")
        self._once(cells, "name", f"{point.pk} {folded(name)}")
        if point.rooms.filter(name__iexact=name).exists():
            return ""
        save_checked(Room(service_point=point, name=name, seats=seats, is_accessible=accessible))
        return f"{point.name}: {name}"

    def _point_of(self, cells: Cells) -> ServicePoint | None:
        return cells.one("service_point", self.points, None, _("This service point is not known."))

    def _organisation(self, cells: Cells) -> str:
        self._once(cells, "name_fi")
        if folded(cells.text("name_fi")) in self.organisations:
            return ""
        keys = (column.key for column in ORGANISATIONS.columns)
        organisation = PartnerOrganisation(**cells.texts(*keys))
        cells.check()
        save_checked(organisation)
        names = filter(None, _names(organisation, "name"))
        self.organisations |= dict.fromkeys(names, organisation)
        return organisation.name

    def _person(self, cells: Cells) -> str:
        name = " ".join(cells.text("name").split())
        self._once(cells, "name")
        if folded(name) in self.people:
            return ""
        languages = cells.many("languages", _spoken())
        services = cells.many("services", self.services, all_of=list(Service.objects.all()))
        points = cells.many("service_points", self.points)
        organisation = cells.one(
            "organisation",
            self.organisations,
            None,
            _("This partner organisation is not known."),
        )
        roles = cells.many("roles", by_words(ROLES.items()))
        user = self._user_of(cells, name, roles)
        person = Professional(
            name=name,
            organisation=organisation,
            languages=languages or ["fi"],
            **cells.texts("title_fi", "title_sv", "title_en", "email", "phone"),
        )
        cells.check()
        if user is not None:
            self._save_user(user)
            person.user = user
        save_professional(person, services=services, service_points=points)
        self.people[folded(name)] = person
        return name

    def _user_of(self, cells: Cells, name: str, roles: list[str]) -> User | None:
        username = cells.text("username")
        if not username:
            if roles:
                cells.refuse("username", _("Whoever has a role signs in: as what?"))
            return None
        if not cells.text("roles"):
            cells.refuse("roles", _("Whoever signs in has a role."))
        if User.objects.filter(username__iexact=username).exists():
            cells.refuse("username", _("There is a user of this name already."))
        email = cells.text("email")
        if email and User.objects.filter(email__iexact=email).exists():
            cells.refuse("email", _("Another user has this e-mail address."))
        first, _space, last = name.partition(" ")
        return User(username=username, roles=roles, email=email, first_name=first, last_name=last)

    def _save_user(self, user: User) -> None:
        save_user(user, by=self.by)
        note_password_link(user, by=self.by)
        self.outcome.users.append(user.pk)

    def _hours(self, cells: Cells) -> str:
        person = cells.one("person", self.people, None, _("This person is not known."))
        weekdays = cells.weekdays("weekdays")
        starts, ends = cells.time("starts"), cells.time("ends")
        if starts and ends and starts >= ends:
            cells.refuse("ends", _("The hours must end after they begin."))
        kind = cells.one(
            "kind", by_words(KINDS.items()), HoursKind.APPOINTMENTS, _("This kind is not known.")
        )
        point = self._point_of(cells)
        if person and not cells.text("service_point"):
            only = list(person.service_points.all()[:2])
            if len(only) == 1:
                point = only[0]
            else:
                cells.refuse("service_point", _("Say at which service point."))
        interval = cells.whole("interval", 1, 1, MOST_WEEKS)
        first = cells.day("valid_from", clock.today(), Edge.FIRST)
        last = cells.day("valid_until", None, Edge.LAST)
        if cells.errors or not (person and point and starts and ends and first):
            raise cells.error()
        rows = [
            WeeklyHours(
                professional=person,
                service_point=point,
                kind=kind,
                weekday=weekday,
                starts=starts,
                ends=ends,
                interval=interval,
                anchor=first if interval > 1 else None,
                valid_from=first,
                valid_until=last,
            )
            for weekday in weekdays
        ]
        new = [row for row in rows if not _is_there(row)]
        for row in new:
            refuse_overlaps([row])
            save_checked(row)
        return f"{person.name}: {new[0]}" if new else ""


def _spoken() -> dict[str, str]:
    """Return the code of a language by its name in each of ours."""
    found = {code: code for code in SPOKEN}
    for ours in FULL:
        with override(ours):
            found |= {folded(spoken_name(code)): code for code in SPOKEN}
    return found


def _is_there(row: WeeklyHours) -> bool:
    """Say whether the person has exactly these hours, from whatever date."""
    return WeeklyHours.objects.filter(
        professional=row.professional,
        service_point=row.service_point,
        kind=row.kind,
        weekday=row.weekday,
        starts=row.starts,
        ends=row.ends,
        interval=row.interval,
        valid_until=row.valid_until,
    ).exists()
