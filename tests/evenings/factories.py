"""Made-up evenings and sign-ups."""

from datetime import timedelta
from itertools import count
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from evenings.models import LINK, Evening, EveningKind, EveningStatus, SignUp, SignUpStatus
from office.core import clock, tokens
from tests.factories import ServicePointFactory

WEEK = timedelta(days=7)


class EveningKindFactory(DjangoModelFactory):
    class Meta:
        model = EveningKind

    title_fi = factory.Sequence(lambda n: f"Eron ABC {n}")
    title_en = factory.Sequence(lambda n: f"ABC of separation {n}")
    summary_fi = "Tietoa erosta vanhemmille."


class EveningFactory(DjangoModelFactory):
    """Published, in a week, open to sign-up."""

    class Meta:
        model = Evening

    kind = factory.SubFactory(EveningKindFactory)
    status = EveningStatus.PUBLISHED
    starts_at = factory.LazyFunction(lambda: clock.now() + WEEK)
    ends_at = factory.LazyAttribute(lambda evening: evening.starts_at + timedelta(hours=2))
    languages = ["fi"]
    service_point = factory.SubFactory(ServicePointFactory)
    capacity = 3
    sign_up_opens_at = factory.LazyAttribute(lambda evening: evening.starts_at - 4 * WEEK)
    sign_up_closes_at = factory.LazyAttribute(lambda evening: evening.starts_at)
    created_at = factory.LazyFunction(clock.now)
    updated_at = factory.LazyFunction(clock.now)


def _free_number() -> str:
    """Return the first free one: another process may have made some of the rows that are there."""
    taken = set(SignUp.objects.values_list("number", flat=True))
    return next(number for number in map(str, count(100_000)) if number not in taken)


class SignUpFactory(DjangoModelFactory):
    class Meta:
        model = SignUp

    evening = factory.SubFactory(EveningFactory)
    number = factory.LazyFunction(_free_number)
    status = SignUpStatus.SIGNED
    link_nonce = factory.LazyFunction(tokens.new_nonce)
    link_hash = factory.LazyAttribute(
        lambda sign_up: tokens.hash_token(tokens.link_token(LINK, sign_up.link_nonce))
    )
    made_from = factory.LazyFunction(uuid4)
    created_at = factory.LazyFunction(clock.now)
    updated_at = factory.LazyFunction(clock.now)
