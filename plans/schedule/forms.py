"""The form of each page of the schedule."""

from plans.schedule.forms_base import StepForm
from plans.schedule.forms_handover import HandoverForm, HandoverTimeForm, PlaceForm, TravelsForm
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
    RhythmForm,
    UntilForm,
    WeekendForm,
    WithWhomForm,
)
from plans.schedule.steps import ScheduleStep, is_dates

FORMS: dict[str, type[StepForm]] = {
    "weeks": RhythmForm,
    "home": WithWhomForm,
    "first": WithWhomForm,
    "length": LengthForm,
    "pattern": PatternForm,
    "begins": BeginsForm,
    "until": UntilForm,
    "weekend": WeekendForm,
    "changes": ChangesForm,
    "night": NightForm,
    "evenings": EveningsForm,
    "time": HandoverTimeForm,
    "place": PlaceForm,
    "travels": TravelsForm,
    "family": FamilyForm,
    "birthdays": BirthdayForm,
    "once": OnceForm,
}


def form_of(step: ScheduleStep) -> type[StepForm]:
    if step.season is not None:
        return SeasonDatesForm if is_dates(step) else SeasonForm
    return HandoverForm if step.handover is not None else FORMS[step.base]
