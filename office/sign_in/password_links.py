"""Links with which a user sets a password, handed over by the manager."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from office.models import User


class PasswordLinkTokens(PasswordResetTokenGenerator):
    """They end with the first use, a sign-in, another address, and when all sessions are ended."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        kept: str = super()._make_hash_value(user, timestamp)
        return f"{kept}{user.session_epoch}"
