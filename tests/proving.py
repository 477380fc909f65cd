"""What a test says of a session that force_login has begun."""

import time

from django.test import Client

from office.models import User


def prove(client: Client, user: User, *, method: str = "password", ago: float = 0) -> None:
    """Let the user have proved who they are, so many seconds ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": method, "at": time.time() - ago}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
