"""Whatever schedule there is can be entered page by page, and comes out as the very same string."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans.parents import Parent
from plans.schedule.choices import Handover, Ordinary, ScheduleRhythm, Scheme
from plans.schedule.forms import form_of
from plans.schedule.forms_base import StepForm
from plans.schedule.steps import (
    BY_SLUG,
    GROUPS,
    ScheduleStep,
    asked_steps,
    group_of,
    is_dates,
    neighbours,
    part_fingerprint,
    step_for_gap,
    tidied,
    without,
)
from plans.schedule.storage import normal, to_json
from tests.plans.schedule.test_choices import schemes

pytestmark = pytest.mark.django_db
NAMES = {Parent.FIRST: "Maija", Parent.SECOND: "Ismo"}


def enterable(scheme: Scheme) -> Scheme:
    """Return the same without what no page offers: nights that an own pattern leaves open, odd spaces."""
    ordinary = scheme.ordinary and enterable_weeks(scheme.ordinary)
    later = scheme.later and ordinary and enterable_weeks(scheme.later)
    if later and ordinary and ordinary.until is None:
        ordinary = replace(ordinary, until=ordinary.begins or date(2027, 5, 31))
    handovers = {
        kind: Handover(
            at=None if handover.after_care else handover.at,
            after_care=handover.after_care,
            place="Asema" if handover.place else "",
        )
        for kind, handover in scheme.handovers.items()
    }
    scheme = replace(scheme, ordinary=ordinary, later=later, handovers=handovers)
    return normal(
        replace(
            tidied(scheme),
            at=None if scheme.after_care else scheme.at,
            place="Asema" if scheme.place else "",
            birthdays=tuple(replace(row, label="Äiti") for row in scheme.birthdays),
            one_offs=tuple(replace(row, label="Matka") for row in scheme.one_offs),
        )
    )


def enterable_weeks(weeks: Ordinary) -> Ordinary:
    if weeks.rhythm is ScheduleRhythm.OWN:
        cycle = tuple(parent or Parent.SECOND for parent in weeks.cycle)
        weeks = replace(weeks, cycle=cycle)
    if weeks.night is not None:
        weeks = replace(weeks, night=weeks.night % 4)
    if weeks.begins and weeks.until and weeks.until < weeks.begins:
        weeks = replace(weeks, begins=weeks.until, until=weeks.begins)
    return weeks


def entered(scheme: Scheme, step: ScheduleStep, viewer: Parent, data: dict[str, Any]) -> Scheme:
    form = form_of(step)(data, step=step, scheme=scheme, names=NAMES, viewer=viewer)
    assert form.is_valid(), form.errors
    return normal(form.edit(scheme))


def shown(form: StepForm) -> dict[str, Any]:
    """Return what the page shows, as a browser sends it."""
    sent = {}
    for name in form.fields:
        value = form.initial.get(name, "")
        sent[name] = value.isoformat() if isinstance(value, date) else value
    return {name: value for name, value in sent.items() if value is not None}


def rows(scheme: Scheme, step: ScheduleStep) -> list[dict[str, Any]]:
    """Return what is added one by one."""
    if step.slug == "birthdays":
        return [
            {
                "label": row.label,
                "month": int(row.day[:2]),
                "day": int(row.day[3:]),
                "turn": f"{row.even.value} {row.odd.value}",
            }
            for row in scheme.birthdays
        ]
    if step.slug == "once":
        return [
            {
                "label": row.label,
                "first_day": row.period.first.isoformat(),
                "last_day": row.period.last.isoformat(),
                "parent": row.parent.value,
            }
            for row in scheme.one_offs
        ]
    assert step.season
    return [
        {"first_day": period.first.isoformat(), "last_day": period.last.isoformat()}
        for period in scheme.seasons[step.season].periods
    ]


@given(schemes, st.sampled_from(Parent))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_schedule_can_be_entered(chosen: Scheme, viewer: Parent) -> None:
    chosen = enterable(chosen)
    scheme = Scheme()
    for step in asked_steps(chosen):
        if step.is_list or is_dates(step):
            for row in rows(chosen, step):
                kept = []
                if is_dates(step) and step.season:
                    periods = scheme.seasons[step.season].periods
                    kept = [f"{period.first}/{period.last}" for period in periods]
                scheme = entered(scheme, step, viewer, {**row, "kept": kept})
            continue
        form = form_of(step)(step=step, scheme=chosen, names=NAMES, viewer=viewer)
        data = shown(form)
        weeks = step.focused(chosen).ordinary
        if step.base == "begins" and weeks and weeks.begins is None:
            data["begins"] = ""
        if step.base == "pattern" and weeks and not weeks.cycle:
            continue
        scheme = entered(scheme, step, viewer, data)

    assert to_json(scheme) == to_json(chosen)


@given(schemes)
def test_the_pages_are_one_row_in_which_one_steps_on_and_back(scheme: Scheme) -> None:
    steps = asked_steps(scheme)
    assert neighbours(scheme, steps[0])[0] is None
    for one, following in pairwise(steps):
        assert neighbours(scheme, one)[1] is following
        assert neighbours(scheme, following)[0] is one
    assert neighbours(scheme, steps[-1])[1] is None
    assert BY_SLUG[step_for_gap(scheme)] in steps


@given(schemes)
def test_the_layers_together_are_the_schedule(scheme: Scheme) -> None:
    rest = normal(scheme)
    for group in GROUPS:
        assert group_of(without(rest, group), group).is_empty
        rest = without(rest, group)
    assert rest.is_empty


@given(schemes, schemes)
def test_a_mark_tells_whether_the_page_s_part_has_changed(one: Scheme, other: Scheme) -> None:
    one, other = normal(one), normal(other)
    mixed = replace(one, place=other.place, family=other.family)
    assert part_fingerprint(mixed, BY_SLUG["weeks"]) == part_fingerprint(one, BY_SLUG["weeks"])
    assert part_fingerprint(mixed, BY_SLUG["winter"]) == part_fingerprint(one, BY_SLUG["winter"])
    assert (
        part_fingerprint(mixed, BY_SLUG["place"]) == part_fingerprint(one, BY_SLUG["place"])
    ) == (one.place == other.place)
