"""The schedule in sentences, in the reader's language. Pure.

Names follow a colon, in their basic form: no language's endings are put on a name.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from office.core import dates
from plans.parents import Parent
from plans.schedule.choices import (
    BIRTHDAY,
    FAMILY_DAY,
    ONE_OFF,
    ORDINARY,
    SEASON,
    Birthday,
    Handover,
    HandoverKind,
    OneOff,
    Ordinary,
    ScheduleRhythm,
    Scheme,
    SchoolHoliday,
    SeasonChoice,
    Travels,
    YearlyTurn,
)
from plans.schedule.engine import WEEK, Period, Share
from plans.schedule.storage import read

Names = Mapping[Parent, str]

RHYTHMS = {
    ScheduleRhythm.WEEKENDS: gettext_lazy("Every other weekend with one, otherwise with the other"),
    ScheduleRhythm.WEEK_ABOUT: gettext_lazy("Alternating weeks"),
    ScheduleRhythm.TWO_TWO_THREE: gettext_lazy("2-2-3: two nights, two nights, three nights"),
    ScheduleRhythm.MOSTLY: gettext_lazy("With one parent; evenings with the other"),
    ScheduleRhythm.OWN: gettext_lazy("A pattern of our own"),
}
SCHOOL_HOLIDAYS = {
    SchoolHoliday.AUTUMN: gettext_lazy("Autumn holiday"),
    SchoolHoliday.CHRISTMAS: gettext_lazy("School Christmas holiday"),
    SchoolHoliday.WINTER: gettext_lazy("Winter holiday"),
    SchoolHoliday.SUMMER: gettext_lazy("Summer"),
}
FAMILY_DAYS = {
    "easter": gettext_lazy("Easter (from Maundy Thursday to Easter Monday)"),
    "may_day": gettext_lazy("May Day (from the evening before)"),
    "mothers_day": gettext_lazy("Mother's Day (from Saturday)"),
    "midsummer": gettext_lazy("Midsummer (from Midsummer Eve to Sunday)"),
    "fathers_day": gettext_lazy("Father's Day (from Saturday)"),
    "independence_day": gettext_lazy("Independence Day (from the evening before)"),
    "christmas_eve": gettext_lazy("Christmas Eve"),
    "christmas_day": gettext_lazy("Christmas Day and Boxing Day"),
    "new_years_eve": gettext_lazy("New Year's Eve"),
}
TRAVELS = {
    Travels.FETCHES: gettext_lazy("The parent whose turn begins fetches the child"),
    Travels.BRINGS: gettext_lazy("The parent whose turn ends brings the child"),
    Travels.HALFWAY: gettext_lazy("We meet halfway"),
    Travels.CARE: gettext_lazy("The child changes home during the day, at day care or school"),
}


HANDOVERS = {
    HandoverKind.BACK: gettext_lazy("Back after the weekend"),
    HandoverKind.SEASONS: gettext_lazy("Handover in school holidays"),
    HandoverKind.FAMILY: gettext_lazy("Handover on public and family days"),
    HandoverKind.ONCE: gettext_lazy("Handover on single days"),
}


def lines_of(words: str, names: Names) -> list[str] | None:
    """Return the sentences of a stored schedule; None where it is not a schedule."""
    scheme = read(words)
    return None if scheme is None else schedule_lines(scheme, names)


def schedule_lines(scheme: Scheme, names: Names) -> list[str]:
    """Return all choices, one line each. `names`: what the parents are called."""
    return [*ordinary_lines(scheme, names), *holiday_lines(scheme, names)]


def ordinary_lines(scheme: Scheme, names: Names) -> list[str]:
    """Return the ordinary weeks and how the child changes home."""
    lines = [line for weeks in scheme.weeks for line in _weeks(weeks, names)]
    return [*lines, *handover_lines(scheme, names)]


def handover_lines(scheme: Scheme, names: Names) -> list[str]:
    """Return how the child changes home in ordinary weeks."""
    lines = []
    if scheme.at is not None:
        at = dates.clock(scheme.at, get_language())
        lines.append(_("Handover in ordinary weeks at %(time)s.") % {"time": at})
    if scheme.after_care:
        lines.append(_("Handover in ordinary weeks when day care or school ends."))
    if scheme.comes_in_the_morning:
        lines.append(_("On the Monday after a weekend: in the morning."))
    if scheme.place:
        lines.append(_("Place of the handover: %(place)s") % {"place": scheme.place})
    lines += _handover(scheme, HandoverKind.BACK)
    if scheme.travels is not None:
        lines.append(travel_sentence(scheme.travels, names) + ".")
    return lines


def _handover(scheme: Scheme, kind: HandoverKind) -> list[str]:
    """Return a handover that differs from that of ordinary weeks, as one line."""
    handover = scheme.handovers.get(kind, Handover())
    if handover.is_empty:
        return []
    how = []
    if handover.at is not None:
        at = dates.clock(handover.at, get_language())
        how.append(_("at %(time)s") % {"time": at})
    if handover.after_care:
        how.append(_("when day care or school ends"))
    if handover.place:
        how.append(handover.place)
    return [f"{HANDOVERS[kind]}: {', '.join(how)}."]


def holiday_lines(scheme: Scheme, names: Names) -> list[str]:
    """Return school holidays, public and family days, birthdays and single days."""
    lines = [season_sentence(kind, choice, names) for kind, choice in scheme.seasons.items()]
    lines += _handover(scheme, HandoverKind.SEASONS)
    lines += [turn_sentence(FAMILY_DAYS[day], row, names) for day, row in scheme.family.items()]
    lines += [turn_sentence(birthday_label(row), row, names) for row in scheme.birthdays]
    lines += _handover(scheme, HandoverKind.FAMILY)
    lines += [one_off_sentence(row, names) for row in scheme.one_offs]
    lines += _handover(scheme, HandoverKind.ONCE)
    return lines


def _weeks(weeks: Ordinary, names: Names) -> list[str]:
    lines = []
    if weeks.rhythm is ScheduleRhythm.OWN:
        lines += _own(weeks, names)
    elif weeks.parent is None:
        lines.append(_("%(rhythm)s. Who begins is still open.") % _named(weeks))
    else:
        lines.append(_rhythm(weeks, names[weeks.parent], names[weeks.parent.other]))
        if weeks.night is not None:
            lines.append(
                _("One night of each week as well (%(weekday)s): %(other)s.")
                % {"weekday": weekday(weeks.night), "other": names[weeks.parent.other]}
            )
    if weeks.evenings:
        days = ", ".join(weekday(day) for day in weeks.evenings)
        if weeks.evening_hours is not None:
            begins, ends = (dates.clock(at, get_language()) for at in weeks.evening_hours)
            days += f"; {begins}–{ends}"
        if weeks.parent is None:
            lines.append(_("Evenings without a night (%(days)s).") % {"days": days})
        else:
            other = names[weeks.parent.other]
            lines.append(
                _("Evenings without a night (%(days)s): %(other)s.")
                % {"days": days, "other": other}
            )
    if weeks.begins is None:
        lines.append(_("From which date on is still open."))
    else:
        begins = dates.date(weeks.begins, get_language())
        lines.append(_("From %(date)s on.") % {"date": begins})
    if weeks.until is not None:
        until = dates.date(weeks.until, get_language())
        lines.append(_("Until %(date)s.") % {"date": until})
    return lines


def _named(weeks: Ordinary) -> dict[str, str]:
    return {"rhythm": str(RHYTHMS[weeks.rhythm])}


def _rhythm(weeks: Ordinary, parent: str, other: str) -> str:
    both = {"parent": parent, "other": other, "weekday": weekday(weeks.changes_on)}
    if weeks.rhythm is ScheduleRhythm.WEEKENDS and weeks.until_monday:
        text = _(
            "Every other weekend from Friday to Monday morning: %(other)s. Otherwise: %(parent)s."
        )
    elif weeks.rhythm is ScheduleRhythm.WEEKENDS:
        text = _("Every other weekend from Friday to Sunday: %(other)s. Otherwise: %(parent)s.")
    elif weeks.rhythm is ScheduleRhythm.WEEK_ABOUT:
        text = _(
            "Alternating weeks. The child changes home on this day: %(weekday)s. First: %(parent)s."
        )
    elif weeks.rhythm is ScheduleRhythm.TWO_TWO_THREE:
        text = _(
            "Two nights, two nights, three nights (2-2-3), the next week the other way round. "
            "First: %(parent)s."
        )
    else:
        text = _("The child lives with this parent: %(parent)s.")
    return text % both


def _own(weeks: Ordinary, names: Names) -> list[str]:
    count = len(weeks.cycle) // WEEK
    if not count:
        return [_("%(rhythm)s. This is still open.") % _named(weeks)]
    lines = [
        ngettext(
            "A pattern of our own: every week is the same.",
            "A pattern of our own that repeats every %(count)s weeks.",
            count,
        )
        % {"count": count}
    ]
    nobody = _("not decided")
    short = dates.SHORT_WEEKDAYS[dates.known(get_language())]
    for number in range(count):
        nights = weeks.cycle[number * WEEK : (number + 1) * WEEK]
        parts = []
        for parent, group in groupby(enumerate(nights), key=lambda night: night[1]):
            days = [day for day, _parent in group]
            span = short[days[0]] if len(days) == 1 else f"{short[days[0]]}–{short[days[-1]]}"
            parts.append(f"{span} {names[parent]}" if parent else f"{span} {nobody}")
        lines.append(
            _("Nights of week %(number)s: %(nights)s.")
            % {"number": number + 1, "nights": ", ".join(parts)}
        )
    return lines


def weekday(number: int) -> str:
    return dates.WEEKDAYS[dates.known(get_language())][number]


def travel_sentence(travels: Travels, names: Names) -> str:
    """Return who takes the child."""
    if travels in (Travels.FIRST, Travels.SECOND):
        return _("Takes the child both ways: %(parent)s") % {"parent": names[Parent(travels.value)]}
    return str(TRAVELS[travels])


def turn_sentence(what: object, row: YearlyTurn, names: Names) -> str:
    """Word something that recurs yearly: always the same parent, or by turns."""
    both = {"what": what, "even": names[row.even], "odd": names[row.odd]}
    if row.even is row.odd:
        return _("%(what)s: every year %(even)s.") % both
    return _("%(what)s: even years %(even)s, odd years %(odd)s.") % both


def season_sentence(kind: SchoolHoliday, choice: SeasonChoice, names: Names) -> str:
    """Word a school holiday: how it is shared, and its dates."""
    both = {"even": names[choice.even], "odd": names[choice.odd]}
    always = choice.even is choice.odd
    if choice.share is Share.HALVES:
        how = (
            _("in halves; the first half every year %(even)s")
            if always
            else _("in halves; the first half in even years %(even)s, in odd years %(odd)s")
        )
    elif choice.share is Share.WEEKS:
        how = (
            _("alternating weeks; the first week every year %(even)s")
            if always
            else _("alternating weeks; the first week in even years %(even)s, in odd years %(odd)s")
        )
    else:
        how = (
            _("whole; every year %(even)s")
            if always
            else _("whole; in even years %(even)s, in odd years %(odd)s")
        )
    sentence = f"{SCHOOL_HOLIDAYS[kind]}: {how % both}."
    when = periods_label(choice.periods)
    return f"{sentence} {when}" if when else sentence + " " + _("The dates are still open.")


def span_label(first: date, last: date) -> str:
    """Word a span of days, as 12.–18.10.2026 or 22.12.2026–6.1.2027."""
    language = get_language()
    if first == last:
        return dates.date(first, language)
    label = dates.date_range(first, last, language)
    if first.year != last.year:
        return label
    year = {"fi": "", "sv": ".", "en": " "}[dates.known(language)]
    return f"{label}{year}{first.year}"


def periods_label(periods: Sequence[Period]) -> str:
    """Word holidays by their first and last days."""
    return "; ".join(span_label(period.first, period.last) for period in periods)


def birthday_label(row: Birthday) -> str:
    """Word whose birthday it is, and when."""
    month, number = row.day.split("-")
    # 2028 is a leap year.
    day = dates.date(date(2028, int(month), int(number)), get_language(), year=False)
    if row.label:
        return _("%(name)s, birthday %(day)s") % {"name": row.label, "day": day}
    return _("Birthday %(day)s") % {"day": day}


def one_off_sentence(row: OneOff, names: Names) -> str:
    """Word days agreed on once."""
    when = span_label(row.period.first, row.period.last)
    what = f"{row.label}, {when}" if row.label else when
    return _("%(what)s: %(parent)s.") % {"what": what, "parent": names[row.parent]}


def arrangement_label(label: str, scheme: Scheme) -> str:
    """Name an arrangement of the engine."""
    kind, _space, which = label.partition(" ")
    if kind == SEASON:
        return str(SCHOOL_HOLIDAYS[SchoolHoliday(which)])
    if kind == FAMILY_DAY:
        return str(FAMILY_DAYS[which])
    if kind == BIRTHDAY:
        return birthday_label(scheme.birthdays[int(which)])
    if kind == ONE_OFF:
        return scheme.one_offs[int(which)].label or _("Single days")
    return _("Ordinary weeks") if kind == ORDINARY else label


def nights_label(first: date, last: date) -> str:
    """Word consecutive nights by their dates."""
    if first == last:
        return dates.short_day(first, get_language(), year=True)
    return span_label(first, last)
