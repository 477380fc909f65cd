"""The form of each page of the schedule."""

from plans.schedule.forms_base import StepForm
from plans.schedule.forms_holidays import (
    BirthdayForm,
    FamilyForm,
    OnceForm,
    SeasonDatesForm,
    SeasonForm,
)
from plans.schedule.forms_weeks import (
    BeginsForm,
    ChangesForm,
    EveningsForm,
    LengthForm,
    NightForm,
    PatternForm,
    PlaceForm,
    RhythmForm,
    TimeForm,
    TravelsForm,
    WeekendForm,
    WithWhomForm,
)
from plans.schedule.steps import Step, is_dates

FORMS: dict[str, type[StepForm]] = {
    "weeks": RhythmForm,
    "home": WithWhomForm,
    "first": WithWhomForm,
    "length": LengthForm,
    "pattern": PatternForm,
    "begins": BeginsForm,
    "weekend": WeekendForm,
    "changes": ChangesForm,
    "night": NightForm,
    "evenings": EveningsForm,
    "time": TimeForm,
    "place": PlaceForm,
    "travels": TravelsForm,
    "family": FamilyForm,
    "birthdays": BirthdayForm,
    "once": OnceForm,
}


def form_of(step: Step) -> type[StepForm]:
    """Return the form of a page."""
    if step.season is not None:
        return SeasonDatesForm if is_dates(step) else SeasonForm
    return FORMS[step.slug]
