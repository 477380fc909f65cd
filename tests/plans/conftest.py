"""Two parents and a guide with a draft."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.utils.translation import override

from office.models import Role, User
from plans.content import invitations as inviting
from plans.models import Kind
from plans.vault import drafts
from plans.vault.drafts import Access
from tests.factories import UserFactory

SECRET = "Salaisuus äidin vihkosta"
COMMON = "Yhteinen lause molemmille"


@dataclass
class Family:
    """The links of both parents; the second has settled in."""

    first: str
    second: str

    def one(self) -> Access:
        return drafts.enter(self.first)

    def two(self) -> Access:
        return drafts.enter(self.second)


@pytest.fixture(autouse=True)
def _finnish() -> Iterator[None]:
    """Whatever language the browser of an earlier test has left behind."""
    with override("fi"):
        yield


@pytest.fixture
def alone(db: None) -> str:
    """The link of a parent who has begun alone and written a secret."""
    token = drafts.begin({"said": COMMON})
    access = drafts.enter(token)
    drafts.change(access, Kind.OWN_FIRST, lambda content: {**content, "said": SECRET})
    return token


@pytest.fixture
def family(alone: str) -> Family:
    invitation = inviting.invite(drafts.enter(alone))
    return Family(alone, inviting.settle(drafts.enter(invitation)))


@pytest.fixture
def guide(db: None) -> User:
    user: User = UserFactory(roles=[Role.GUIDE])
    return user
