"""Two parents and a guide with a draft."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.utils.translation import override

from office.models import Role, User
from plans.content import invitations
from plans.models import PartKind
from plans.vault import drafts
from plans.vault.drafts import DraftAccess
from tests.factories import UserFactory

SECRET = "Salaisuus äidin vihkosta"
COMMON = "Yhteinen lause molemmille"


@dataclass
class Family:
    """The links of both parents; the second has settled in."""

    first: str
    second: str

    def one(self) -> DraftAccess:
        return drafts.open_draft(self.first)

    def two(self) -> DraftAccess:
        return drafts.open_draft(self.second)


@pytest.fixture(autouse=True)
def _finnish() -> Iterator[None]:
    """Use Finnish, whatever language the browser of an earlier test has left behind."""
    with override("fi"):
        yield


@pytest.fixture
def alone(db: None) -> str:
    """Return the link of a parent who has begun alone and written a secret."""
    token = drafts.create_draft({"said": COMMON})
    access = drafts.open_draft(token)
    drafts.change(access, PartKind.OWN_FIRST, lambda content: {**content, "said": SECRET})
    return token


@pytest.fixture
def family(alone: str) -> Family:
    invitation = invitations.invite(drafts.open_draft(alone))
    return Family(alone, invitations.accept_invitation(drafts.open_draft(invitation)))


@pytest.fixture
def guide(db: None) -> User:
    user: User = UserFactory(roles=[Role.GUIDE])
    return user
