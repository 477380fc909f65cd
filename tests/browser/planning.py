"""Parents who draft a plan: what they do again and again in the journeys."""

from urllib.parse import urlsplit

from playwright.sync_api import Locator, expect

from plans.content.agreement import PlanMatter
from plans.content.answers import answer
from plans.content.questions import QUESTIONS, SECTIONS, AnswerKind
from plans.content.sharing import matters_of
from plans.models import PartKind
from plans.vault import drafts
from tests.browser.people import Person


class Writer(Person):
    """A parent with a draft."""

    token = ""

    def begin(self, *children: str) -> None:
        """Go from the start, past the safety page, to the link."""
        self.open("/plan/")
        self.follow("Begin")
        self.sees("Is it safe to make a plan together?")
        self.page.check("#afraid-no")
        self.page.check("#hurt-no")
        self.page.check("#child-no")
        self.press("Continue")
        self.page.get_by_label(str(len(children)), exact=True).check()
        self.press("Continue")
        for number, name in enumerate(children, start=1):
            self.page.locator(f"[name=name{number}]").fill(name)
            self.page.locator(f"[name=age{number}]").select_option("6-9")
        self.press("Continue")
        self.keeps_the_link()

    def keeps_the_link(self) -> None:
        self.sees("Keep this link")
        link = self.page.get_by_label(self.word("Your secret link"), exact=True).input_value()
        self.token = urlsplit(link).path.split("/")[2]
        self.follow("I have saved the link: go to the plan")
        expect(self.page.locator("h1")).to_be_visible()

    def at(self, page: str = "") -> None:
        self.open(f"/plan/{self.token}/{page}")

    @property
    def text(self) -> Locator:
        return self.page.locator("textarea[name=text]")

    def answers(self, key: str, text: str) -> None:
        """Answer one question and press the button."""
        self.at(f"questions/{key}/")
        if QUESTIONS[key].answered is AnswerKind.PARENT:
            self.page.locator(f"[name=text][value={text}]").check()
        else:
            self.text.fill(text)
        self.press("Save and continue")
        expect(self.page).not_to_have_url(f"**/questions/{key}/")

    def shares(self, section: str) -> None:
        self.at(f"share/{section}/")
        self.press("Share this section")
        self.sees("Share and compare")

    def invites(self) -> str:
        """Return the path of the link to pass on."""
        self.at()
        self.page.locator("a[href$='/invite/']").first.click()
        self.press("Make the link")
        return urlsplit(self.page.locator("#invitation").input_value()).path

    def comes_along(self, invitation: str) -> None:
        self.open(invitation)
        self.sees("You are invited to draft a parenting plan")
        link = self.page.get_by_label(self.word("Your own secret link"), exact=True).input_value()
        self.token = urlsplit(link).path.split("/")[2]
        self.page.check("[name=kept]")
        self.press("Begin with a link of my own")
        self.page.wait_for_url(f"**/plan/{self.token}/")

    def written(self, key: str) -> str:
        access = drafts.open_draft(self.token)
        return answer(drafts.read(access, access.own), key)

    def matters(self) -> dict[str, PlanMatter]:
        return matters_of(drafts.read(drafts.open_draft(self.token), PartKind.SHARED))

    def counts(self, agreed: int, differs: int, still_open: int) -> None:
        """Expect the counts of matters above the list."""
        numbers = [str(agreed), str(differs), str(still_open)]
        expect(self.page.locator(".tally--links b")).to_have_text(numbers)


def first_questions() -> dict[str, str]:
    """Return one question of each section that is answered in words."""
    return {
        section.key: next(q.key for q in section.questions if q.answered is AnswerKind.TEXT)
        for section in SECTIONS
    }
