"""Made-up rows for the tests. Nobody here is real."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import factory
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from factory.django import DjangoModelFactory

from bookings.models import Appointment, AppointmentProfessional, Party, Status
from office.core import clock, own_codes, tokens
from office.models import (
    Channel,
    Claim,
    ClaimKind,
    HoursKind,
    Occupancy,
    PartnerOrganisation,
    Professional,
    Role,
    Room,
    Service,
    ServicePoint,
    Unit,
    User,
    WeeklyHours,
)


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    name_fi = "Perheoikeudelliset palvelut"
    name_sv = "Familjerättsliga tjänster"
    name_en = "Family law services"
    phone = "019 000 0000"
    notice_hours = 0
    answer_margin_hours = 0
    # Tests of leaving set it; in the others a visit may begin when another ends.
    leaving_gap = 0
    public_from = datetime(2020, 1, 1, tzinfo=UTC)
    # So that no test depends on its hour; the tests of quiet hours give their own.
    messages_from = time.min
    messages_until = time(23, 59, 59)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    roles = [Role.SECRETARY]


class ServicePointFactory(DjangoModelFactory):
    class Meta:
        model = ServicePoint

    name_fi = factory.Sequence(lambda n: f"Toimipiste {n}")
    slug = factory.Sequence(lambda n: f"point-{n}")
    street = "Esimerkkikatu 1"
    postcode = "06100"
    city = "Porvoo"


class RoomFactory(DjangoModelFactory):
    class Meta:
        model = Room

    service_point = factory.SubFactory(ServicePointFactory)
    name = factory.Sequence(lambda n: f"Huone {n}")


class ServiceFactory(DjangoModelFactory):
    class Meta:
        model = Service

    name_fi = factory.Sequence(lambda n: f"Palvelu {n}")
    matter_fi = factory.LazyAttribute(lambda s: s.name_fi)
    summary_fi = "Lyhyesti."
    slug = factory.Sequence(lambda n: f"service-{n}")
    duration = 60
    buffer_after = 0
    channels = [Channel.IN_PERSON]


class PartnerOrganisationFactory(DjangoModelFactory):
    class Meta:
        model = PartnerOrganisation

    name_fi = factory.Sequence(lambda n: f"Perheneuvola {n}")


class ProfessionalFactory(DjangoModelFactory):
    """`services` and `points` may be given as lists; `hours=(8, 16)` gives Monday to Friday."""

    class Meta:
        model = Professional
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Ammattilainen {n}")
    title_fi = "lastenvalvoja"
    email = factory.Sequence(lambda n: f"pro{n}@example.org")
    languages = ["fi"]

    @factory.post_generation
    def services(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if extracted:
            self.services.set(extracted)

    @factory.post_generation
    def points(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if extracted:
            self.service_points.set(extracted)

    @factory.post_generation
    def hours(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if extracted:
            point = self.service_points.first() or ServicePointFactory()
            for weekday in range(5):
                WeeklyHoursFactory(
                    professional=self,
                    service_point=point,
                    weekday=weekday,
                    starts=time(extracted[0]),
                    ends=time(extracted[1]),
                )


class WeeklyHoursFactory(DjangoModelFactory):
    class Meta:
        model = WeeklyHours

    professional = factory.SubFactory(ProfessionalFactory)
    service_point = factory.SubFactory(ServicePointFactory)
    kind = HoursKind.APPOINTMENTS
    weekday = 0
    starts = time(8)
    ends = time(16)
    valid_from = date(2020, 1, 1)


class AppointmentFactory(DjangoModelFactory):
    """An appointment without time; give `starts_at` (aware) and `with_professionals` for one."""

    class Meta:
        model = Appointment
        skip_postgeneration_save = True

    reference = factory.Sequence(lambda n: f"AA{chr(65 + n // 1000 % 26)}-{n % 1000:03}")
    service = factory.SubFactory(ServiceFactory)
    status = Status.REQUESTED
    created_at = factory.LazyFunction(clock.now)
    updated_at = factory.LazyFunction(clock.now)


class PartyFactory(DjangoModelFactory):
    class Meta:
        model = Party

    appointment = factory.SubFactory(AppointmentFactory)
    name = factory.Sequence(lambda n: f"Vanhempi {n}")
    email = factory.Sequence(lambda n: f"parent{n}@example.org")
    email_is_safe = True
    link_nonce = factory.LazyFunction(tokens.new_nonce)
    link_hash = factory.LazyAttribute(
        lambda p: tokens.hash_token(tokens.link_token("party", p.link_nonce))
    )
    code_hash = factory.LazyAttribute(lambda p: own_codes.hash_of(p.link_nonce))


def link_of(party: Party) -> str:
    """Return the address of the party's personal page."""
    return f"/appointment/{tokens.link_token('party', party.link_nonce)}/"


def busy(
    resource: Any, start: datetime, minutes: int, kind: ClaimKind = ClaimKind.OTHER
) -> Occupancy:
    """Make a professional or a room busy."""
    claim = Claim.objects.create(kind=kind)
    during = DateTimeTZRange(start, start + timedelta(minutes=minutes))
    return Occupancy.objects.create(claim=claim, resource_id=resource.pk, during=during)


def booked(
    *, start: datetime, professionals: list[Professional], room: Room | None = None, **fields: Any
) -> Appointment:
    """Make a confirmed appointment that owns its busy time, with one party."""
    service = fields.pop("service", None) or ServiceFactory()
    end = start + timedelta(minutes=service.duration)
    claim = Claim.objects.create(
        kind=ClaimKind.APPOINTMENT, service_point=fields.get("service_point")
    )
    for resource in [*professionals, *([room] if room else [])]:
        Occupancy.objects.create(
            claim=claim, resource_id=resource.pk, during=DateTimeTZRange(start, end)
        )
    appointment = AppointmentFactory(
        service=service,
        status=fields.pop("status", Status.CONFIRMED),
        starts_at=start,
        ends_at=end,
        claim=claim,
        room=room,
        **fields,
    )
    claim.label = appointment.reference
    claim.save()
    for index, professional in enumerate(professionals):
        AppointmentProfessional.objects.create(
            appointment=appointment, professional=professional, is_lead=index == 0
        )
    PartyFactory(appointment=appointment, is_requester=True)
    return appointment
