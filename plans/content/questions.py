"""The questions of a plan: THL's eight sections, one question a page, each may be skipped.

The sections and their order are those of the form that the Ministry (STM) published in 2017; the
questions and examples are our own.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class AnswerKind(StrEnum):
    """What kind of answer a question has."""

    TEXT = "text"
    # One of the two parents.
    PARENT = "parent"
    SCHEDULE = "schedule"


@dataclass(frozen=True)
class PlanQuestion:
    key: str
    text: "StrPromise"
    hint: "StrPromise | str" = ""
    examples: "tuple[StrPromise, ...]" = ()
    answered: AnswerKind = AnswerKind.TEXT


@dataclass(frozen=True)
class PlanSection:
    key: str
    title: "StrPromise"
    lead: "StrPromise"
    questions: tuple[PlanQuestion, ...]


OF_YOUNG = "young"
# Asked of the schedule's pages, too.
_IN_THE_SCHEDULE = _(
    "Times, places and who takes the child are said in the schedule. Write here only what it does "
    "not have, so that the plan says nothing twice."
)

SECTIONS = (
    PlanSection(
        key="rights",
        title=_("The child's rights and the parents' responsibility"),
        lead=_(
            "A child has the right to both parents. Here you describe how you "
            "make sure of it together."
        ),
        questions=(
            PlanQuestion(
                key="rights-both",
                text=_("How does the child stay close to both parents?"),
                examples=(
                    _("The child may miss the other parent and say so in both homes."),
                    _("We speak well of the other parent in front of the child."),
                ),
            ),
            PlanQuestion(
                key="rights-quarrels",
                text=_("How do we keep our disagreements away from the child?"),
                examples=(
                    _("We do not send messages through the child."),
                    _("We talk about money and timetables only with each other."),
                ),
            ),
            PlanQuestion(
                key="rights-others",
                text=_(
                    "Who else is important to the child, and how do they stay in the child's life?"
                ),
                examples=(
                    _("The child sees the grandparents on both sides as before."),
                    _("Brothers and sisters spend the weekends together."),
                ),
            ),
            PlanQuestion(
                key="rights-partners",
                text=_("How and when do we tell the child about new partners?"),
                examples=(_("First we tell each other, then calmly the child."),),
            ),
        ),
    ),
    PlanSection(
        key="needs",
        title=_("The child's needs and wishes"),
        lead=_("Think of each child separately: children of one family need different things."),
        questions=(
            PlanQuestion(
                key="needs-now",
                text=_("What does the child need right now?"),
                hint=_("Age, temperament, friends, and what has changed lately."),
                examples=(_("Calm evenings and the same bedtime in both homes."),),
            ),
            PlanQuestion(
                key="needs-wishes",
                text=_("What has the child wished for?"),
                hint=_("A child may give an opinion, but never has to choose between the parents."),
                examples=(_("Wants to be at football practice every Tuesday."),),
            ),
            PlanQuestion(
                key="needs-health",
                text=_(
                    "What must both homes know about illnesses, allergies or support that the "
                    "child needs?"
                ),
                examples=(_("The medicine for asthma is kept in the rucksack."),),
            ),
            PlanQuestion(
                key="needs-heard",
                text=_("How do we hear the child when something is to change?"),
                examples=(_("We ask each child alone, and explain what we decided and why."),),
            ),
            PlanQuestion(
                key="needs-comfort",
                text=_("What comforts the child, and what travels between the homes?"),
                examples=(_("The soft toy and the bedtime book always come along."),),
            ),
        ),
    ),
    PlanSection(
        key="information",
        title=_("Information and keeping in touch"),
        lead=_("The less the child has to carry messages, the better."),
        questions=(
            PlanQuestion(
                key="information-ways",
                text=_("How do we keep each other informed?"),
                examples=(
                    _(
                        "A shared calendar for times, e-mail for other things. We answer within two "
                        "days."
                    ),
                ),
            ),
            PlanQuestion(
                key="information-urgent",
                text=_("What is urgent, and how do we reach each other then?"),
                examples=(_("If the child falls ill or has an accident, we call at once."),),
            ),
            PlanQuestion(
                key="information-child",
                text=_("How does the child keep in touch with the other parent meanwhile?"),
                examples=(
                    _("A video call on Wednesdays at about six."),
                    _("The child may call whenever the child wants."),
                ),
            ),
            PlanQuestion(
                key="information-decisions",
                text=_("What do we decide together, and what does each decide alone?"),
                hint=_(
                    "In joint custody the parents decide together on the big things: home, name, "
                    "religion, school, health care, passport."
                ),
                examples=(_("Everyday matters are decided by the parent the child is with."),),
            ),
            PlanQuestion(
                key="information-disagree",
                text=_("What do we do when we do not agree?"),
                examples=(_("We sleep on it, and then ask for family mediation."),),
            ),
            PlanQuestion(
                key="information-online",
                text=_("What may be posted about the child online?"),
                examples=(_("No pictures in public. The child is asked first."),),
            ),
        ),
    ),
    PlanSection(
        key="living",
        title=_("Where the child lives and when"),
        lead=_("First where and when; then handovers and journeys."),
        questions=(
            PlanQuestion(
                key="living-address",
                text=_("With whom does the child have the official address?"),
                hint=_(
                    "A child has one official address, even when the child lives "
                    "with both parents in turn."
                ),
                answered=AnswerKind.PARENT,
            ),
            PlanQuestion(
                key="living-schedule",
                text=_("When is the child with whom?"),
                hint=_(
                    "Begin with the ordinary weeks. Holidays and single days come on top of them."
                ),
                answered=AnswerKind.SCHEDULE,
            ),
            PlanQuestion(
                key="living-handover",
                text=_("Where and how does the child change home?"),
                hint=_IN_THE_SCHEDULE,
                examples=(
                    _("On Fridays from day care: the parent whose turn begins fetches the child."),
                    _("At the door, briefly and kindly."),
                ),
            ),
            PlanQuestion(
                key="living-journeys",
                text=_("Who takes the child between the homes, and who pays for the travel?"),
                hint=_IN_THE_SCHEDULE,
                examples=(_("Each parent fetches the child and pays for that trip."),),
            ),
            PlanQuestion(
                key="living-late",
                text=_("What if somebody is late, or the child is ill?"),
                examples=(
                    _(
                        "We send a message at once. A missed weekend is made up for during the next "
                        "month."
                    ),
                ),
            ),
            PlanQuestion(
                key="living-abroad",
                text=_("What do we agree about travelling abroad and about the passport?"),
                examples=(
                    _(
                        "We tell each other about trips a month ahead. The passport "
                        "travels with the child."
                    ),
                ),
            ),
            PlanQuestion(
                key="living-moving",
                text=_("What if one of us moves?"),
                examples=(_("We tell each other well in advance, and review this plan."),),
            ),
        ),
    ),
    PlanSection(
        key="money",
        title=_("Sharing the costs"),
        lead=_("This draft is not a maintenance agreement: that is made with a child supervisor."),
        questions=(
            PlanQuestion(
                key="money-support",
                text=_("How do we share the child's costs?"),
                examples=(_("We want to go through the maintenance with the child supervisor."),),
            ),
            PlanQuestion(
                key="money-purchases",
                text=_("How do we agree on larger purchases?"),
                hint=_("Winter clothes, bicycle, phone, glasses."),
                examples=(_("We agree in advance on anything that costs over 100 euros."),),
            ),
            PlanQuestion(
                key="money-hobbies",
                text=_("Who pays for hobbies?"),
                examples=(_("Half each. A new hobby is agreed on first."),),
            ),
            PlanQuestion(
                key="money-benefit",
                text=_("Who receives the child benefit?"),
            ),
            PlanQuestion(
                key="money-savings",
                text=_("Do we save for the child?"),
            ),
        ),
    ),
    PlanSection(
        key="school",
        title=_("School and day care"),
        lead=_("What day care and school need to know about the two homes."),
        questions=(
            PlanQuestion(
                key="school-choice",
                text=_("Which day care or school, and how do we choose the next one?"),
                examples=(
                    _(
                        "The school nearest to the official address. Subjects are chosen "
                        "together with the child."
                    ),
                ),
            ),
            PlanQuestion(
                key="school-messages",
                text=_("Who receives the messages, and who goes to meetings?"),
                examples=(
                    _(
                        "We both have access to messages. We go to parents' evenings "
                        "together or in turn."
                    ),
                ),
            ),
            PlanQuestion(
                key="school-homework",
                text=_("How do we help with homework?"),
                examples=(_("Homework is done before the handover."),),
            ),
            PlanQuestion(
                key="school-ill",
                text=_("Who stays at home when the child is ill?"),
                examples=(_("The parent the child is with; during long illnesses in turn."),),
            ),
        ),
    ),
    PlanSection(
        key="everyday",
        title=_("Other everyday matters"),
        lead=_("Hobbies, health, pets, language and culture, faith."),
        questions=(
            PlanQuestion(
                key="everyday-hobbies",
                text=_("How do hobbies work in both homes?"),
                examples=(_("Both take the child to practice in their own weeks."),),
            ),
            PlanQuestion(
                key="everyday-health",
                text=_("Who takes care of doctors, dentists and vaccinations?"),
                examples=(_("The parent who books an appointment tells the other the same day."),),
            ),
            PlanQuestion(
                key="everyday-rules",
                text=_("Which rules are the same in both homes?"),
                hint=_("Bedtime, screens, sweets, chores."),
                examples=(_("Bedtime at half past eight on school days."),),
            ),
            PlanQuestion(
                key="everyday-pets",
                text=_("What about pets?"),
                examples=(_("The dog moves together with the children."),),
            ),
            PlanQuestion(
                key="everyday-language",
                text=_("Which languages and traditions are kept?"),
                examples=(_("Each speaks their own language with the child."),),
            ),
            PlanQuestion(
                key="everyday-faith",
                text=_("What do we agree on religious upbringing?"),
            ),
        ),
    ),
    PlanSection(
        key=OF_YOUNG,
        title=_("Agreeing with a young person"),
        lead=_("The older the child, the more their own opinion weighs."),
        questions=(
            PlanQuestion(
                key="young-say",
                text=_("What does the young person decide, and where do they have a say?"),
                examples=(_("The young person may change the weekend if both parents agree."),),
            ),
            PlanQuestion(
                key="young-time",
                text=_("How do friends, hobbies and work fit in with two homes?"),
            ),
            PlanQuestion(
                key="young-rules",
                text=_("Coming home, phone, own money: what have we agreed?"),
                examples=(_("At home by ten at weekends, in both homes."),),
            ),
            PlanQuestion(
                key="young-agreed",
                text=_("What have we agreed together with the young person?"),
            ),
        ),
    ),
)

QUESTIONS = {question.key: question for section in SECTIONS for question in section.questions}
SECTION_OF = {question.key: section for section in SECTIONS for question in section.questions}
# For who has no time for all: where the child lives, contact, health, school, money, disagreement. The
# schedule, whose pages are its own, comes last.
SHORT_WAY = PlanSection(
    key="short",
    title=_("The ten most important questions"),
    lead=_("What parents usually agree on first. The others can wait, or be left out."),
    questions=tuple(
        QUESTIONS[key]
        for key in (
            "needs-wishes",
            "living-address",
            "living-handover",
            "information-ways",
            "information-decisions",
            "everyday-health",
            "school-messages",
            "money-support",
            "information-disagree",
            "living-schedule",
        )
    ),
)
# The children's own page never speaks of money.
NOT_FOR_CHILDREN = frozenset({"money"})
