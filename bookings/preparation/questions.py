"""What the forms ask. Each question may be skipped; the words take nobody's side.

The headings of the means statement follow the ministry's guides to child maintenance (STM 2007:2, and
2023:24 for shared residence): the child's needs, each parent's ability, and the time with the child.
"""

from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from office.models import HomeForm

Text = str | Promise


class FieldKind(Enum):
    """How a question is answered."""

    LINE = "line"
    TEXT = "text"
    CHOICES = "choices"


@dataclass(frozen=True)
class HomeFormQuestion:
    """One question of a form."""

    key: str
    text: Text
    hint: Text = ""
    answered: FieldKind = FieldKind.LINE
    choices: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True)
class HomeFormSection:
    title: Text
    questions: tuple[HomeFormQuestion, ...]


@dataclass(frozen=True)
class Guidance:
    """What helps before one writes."""

    title: Text
    points: tuple[Text, ...]


@dataclass(frozen=True)
class HomeFormSheet:
    """A form to fill in at home."""

    form: HomeForm
    title: Text
    lead: Text
    sections: tuple[HomeFormSection, ...]
    guidance: tuple[Guidance, ...] = ()

    @property
    def questions(self) -> list[HomeFormQuestion]:
        return [question for section in self.sections for question in section.questions]


MATTERS: tuple[tuple[str, Text], ...] = (
    ("custody", _("Custody: who decides on the child's matters")),
    ("residence", _("Residence: where the child lives")),
    ("contact", _("Contact: time with the parent with whom the child does not live")),
    ("maintenance", _("Child maintenance")),
    ("other", _("Something else")),
)
A_MONTH = _("Euros a month")

BACKGROUND = HomeFormSheet(
    HomeForm.BACKGROUND,
    _("Background of the matter"),
    _(
        "What the professional needs to know at the beginning. Write about the child and arrangements."
    ),
    (
        HomeFormSection(
            _("The children"),
            (
                HomeFormQuestion(
                    "children", _("How many children, and how old?"), _("No names are needed.")
                ),
                HomeFormQuestion("languages", _("Which languages does the child use at home?")),
                HomeFormQuestion(
                    "everyday",
                    _("What is good to know of the child's everyday life?"),
                    _(
                        "For example day care, school, hobbies, health, who is important to the child."
                    ),
                    FieldKind.TEXT,
                ),
            ),
        ),
        HomeFormSection(
            _("How it is now"),
            (
                HomeFormQuestion(
                    "living",
                    _("Where does the child live now, and how is time divided?"),
                    _(
                        "For example the days and nights of an ordinary fortnight, and the holidays."
                    ),
                    FieldKind.TEXT,
                ),
                HomeFormQuestion(
                    "in_force",
                    _("Which agreements or court decisions are in force?"),
                    _(
                        "What they are about, and from which day. Bring them with you, if you have them."
                    ),
                    FieldKind.TEXT,
                ),
                HomeFormQuestion(
                    "works",
                    _("What works well now?"),
                    answered=FieldKind.TEXT,
                ),
            ),
        ),
        HomeFormSection(
            _("What is hoped to be agreed"),
            (
                HomeFormQuestion(
                    "matters",
                    _("What would you like to agree on?"),
                    answered=FieldKind.CHOICES,
                    choices=MATTERS,
                ),
                HomeFormQuestion(
                    "hopes",
                    _("What would be a good arrangement for the child?"),
                    answered=FieldKind.TEXT,
                ),
                HomeFormQuestion(
                    "ask",
                    _("What would you like to ask at the visit?"),
                    answered=FieldKind.TEXT,
                ),
            ),
        ),
    ),
)

MEANS = HomeFormSheet(
    HomeForm.MEANS,
    _("Means statement"),
    _("Your own part of the figures with which child maintenance is assessed. Bring the receipts."),
    (
        HomeFormSection(
            _("Your income"),
            (
                HomeFormQuestion("wage", _("Wage before tax"), A_MONTH),
                HomeFormQuestion("wage_net", _("Wage after tax"), A_MONTH),
                HomeFormQuestion("holiday_pay", _("Holiday pay"), _("Euros a year")),
                HomeFormQuestion(
                    "benefits",
                    _("Benefits and pensions"),
                    _("Which, and euros a month: for example unemployment or parental allowance."),
                    FieldKind.TEXT,
                ),
                HomeFormQuestion(
                    "business", _("Income from a business or as self-employed"), A_MONTH
                ),
                HomeFormQuestion("other_income", _("Rents, dividends and other income"), A_MONTH),
            ),
        ),
        HomeFormSection(
            _("Housing costs"),
            (
                HomeFormQuestion(
                    "household", _("Who lives in your home?"), _("Adults and children, no names.")
                ),
                HomeFormQuestion("rent", _("Rent, or maintenance charge"), A_MONTH),
                HomeFormQuestion("home_loan", _("Home loan: interest, and repayment"), A_MONTH),
                HomeFormQuestion(
                    "utilities", _("Heating, water, electricity, home insurance"), A_MONTH
                ),
                HomeFormQuestion(
                    "housing_allowance", _("Housing allowance that you receive"), A_MONTH
                ),
            ),
        ),
        HomeFormSection(
            _("Other things that affect your ability to pay"),
            (
                HomeFormQuestion("work_costs", _("Costs of travelling to work"), A_MONTH),
                HomeFormQuestion("health_costs", _("Your own costs of illness"), A_MONTH),
                HomeFormQuestion("study_loan", _("Study-loan payments"), A_MONTH),
                HomeFormQuestion(
                    "others_supported",
                    _("Other children whom you support"),
                    _("How many, how old, and what you pay for them a month."),
                    FieldKind.TEXT,
                ),
                HomeFormQuestion(
                    "wealth",
                    _("Savings, property and other debts"),
                    _("As far as they affect what you can pay."),
                    FieldKind.TEXT,
                ),
            ),
        ),
        HomeFormSection(
            _("The child's costs that you pay"),
            (
                HomeFormQuestion(
                    "daily_costs",
                    _("Food, clothes, hygiene, pocket money, telephone"),
                    A_MONTH,
                ),
                HomeFormQuestion(
                    "day_care", _("Day care, and morning or afternoon activities"), A_MONTH
                ),
                HomeFormQuestion("hobbies", _("Hobbies"), A_MONTH),
                HomeFormQuestion(
                    "child_health", _("The child's health care and insurance"), A_MONTH
                ),
                HomeFormQuestion(
                    "special_costs",
                    _("Other special costs of the child"),
                    _("For example school, glasses, travelling. What, and euros a month."),
                    FieldKind.TEXT,
                ),
                HomeFormQuestion(
                    "child_income",
                    _("The child's own income and benefits"),
                    _("For example child benefit: how much, and who receives it."),
                    FieldKind.TEXT,
                ),
            ),
        ),
        HomeFormSection(
            _("Time with the child"),
            (
                HomeFormQuestion(
                    "nights",
                    _("Nights a month that the child is with you"),
                    _("In an ordinary month, such as 10. Say if it differs much over the year."),
                ),
                HomeFormQuestion(
                    "contact_travel", _("Costs of travelling for the child's contact"), A_MONTH
                ),
                HomeFormQuestion(
                    "paid_now",
                    _("Maintenance that is paid now"),
                    _("Euros a month, and by which agreement or decision."),
                ),
            ),
        ),
    ),
)

CHILD = HomeFormSheet(
    HomeForm.CHILD,
    _("The child's own view"),
    _("The child has a right to be heard and no duty to speak. The parents decide, not the child."),
    (
        HomeFormSection(
            _("What the child has said"),
            (
                HomeFormQuestion(
                    "everyday_words",
                    _("What does the child like in everyday life now?"),
                    _("In the child's own words, as far as you remember. One line for each child."),
                    FieldKind.TEXT,
                ),
                HomeFormQuestion(
                    "wishes",
                    _("What does the child wish for or worry about?"),
                    _(
                        "In the child's own words. Leave it empty if the child did not want to tell."
                    ),
                    FieldKind.TEXT,
                ),
                HomeFormQuestion(
                    "how_asked",
                    _("How and when did it come up?"),
                    _("For example in the car, by itself, when asked about the holidays."),
                ),
            ),
        ),
        HomeFormSection(
            _("How the child is"),
            (
                HomeFormQuestion(
                    "noticed",
                    _("What have you noticed in the child?"),
                    _(
                        "For example sleep, play, school, friends. Only what you have seen yourself."
                    ),
                    FieldKind.TEXT,
                ),
                HomeFormQuestion(
                    "told",
                    _("What has the child been told of the visit, or will be told?"),
                    _("Best said by both parents in the same words."),
                    FieldKind.TEXT,
                ),
            ),
        ),
    ),
    (
        Guidance(
            _("How to ask"),
            (
                _("At a calm moment, while you do something together."),
                _("Ask openly: “What is nice on the days at home? What would you change?”"),
                _("Tell the child that adults decide, and that the child need not choose."),
                _("Listen, and thank the child. “I don't know” is a good answer too."),
            ),
        ),
        Guidance(
            _("What not to ask"),
            (
                _("With whom the child wants to live, or who is the better parent."),
                _("What the other parent does or says, or to keep a secret from them."),
                _("The same again, when the child has answered or does not want to."),
            ),
        ),
        Guidance(
            _("How to use it"),
            (
                _("Write what the child said, not what it proves."),
                _(
                    "The child's words are never used against the other parent, or against the child."
                ),
                _("Tell us if the child would like to talk with somebody outside the family."),
            ),
        ),
    ),
)

SHEETS = {sheet.form: sheet for sheet in (BACKGROUND, MEANS, CHILD)}
