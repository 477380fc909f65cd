"""Create the first manager of an empty installation. Others are added at /office/people/users/."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction

from office.models import Role, User
from office.sign_in.accounts import note_password_link, password_link_path, save_user


class Command(BaseCommand):
    help = (
        "Make the first manager and print a link with which they set their password. Run again for the "
        "same name, it prints a new link, as long as no password was set."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the manager signs in as, such as maija.manager")
        parser.add_argument("email", help="the manager's own e-mail address")

    @transaction.atomic
    def handle(self, *args: Any, name: str, email: str, **options: Any) -> None:
        if settings.DEMO:
            raise CommandError("A demo has its manager already: sign in as manager.")
        try:
            user = _manager(name, email)
        except DatabaseError:
            raise CommandError(
                "The database has no tables yet: run python -m familylaw.prepare first."
            ) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        note_password_link(user, by=None)
        days = settings.PASSWORD_RESET_TIMEOUT // 86_400
        self.stdout.write(
            f"{user.username} is the manager. This link sets their password. It works once, for "
            f"{days} days; hand it over safely:"
        )
        self.stdout.write(f"{settings.SITE_URL}{password_link_path(user)}")


def _manager(name: str, email: str) -> User:
    """Return the manager of that name, created unless they have no password yet."""
    found = User.objects.filter(username__iexact=name).first()
    others = User.objects.filter(is_active=True, roles__contains=[Role.MANAGER])
    if found is not None:
        others = others.exclude(pk=found.pk)
    if others.exists():
        raise CommandError(
            "There is a manager already. Managers add users, and make new links for passwords, at "
            f"{settings.SITE_URL}/office/people/users/."
        )
    if found is None:
        found = User(username=name, email=email, roles=[Role.MANAGER])
        save_user(found)
    elif Role.MANAGER not in found.roles or found.has_usable_password() or not found.is_active:
        raise CommandError(f"There is a user {found.username} already: choose another name.")
    return found
