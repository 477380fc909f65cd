"""Who is on the line, as far as this session knows it: marked on the card while the call goes on."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bookings.lifecycle.phone_visits import may_be_called
from bookings.models import Party
from office.core import clock

_KEY = "on_the_line"
# A call that nobody ended is over by then.
MARKED_FOR = timedelta(minutes=30)


def mark(session: SessionBase, party: Party) -> None:
    """Note that this party has given their own code."""
    session[_KEY] = [party.pk, (clock.now() + MARKED_FOR).timestamp()]


def marked(session: SessionBase) -> int | None:
    """Return the id of the party who is on the line."""
    pk, until = session.get(_KEY) or (None, 0)
    return pk if until > clock.now().timestamp() else None


def is_known(request: HttpRequest, party: Party) -> bool:
    """Say whether the party has given their own code, or was called at a safe number of theirs."""
    is_caller = marked(request.session) == party.pk
    return is_caller or ("we_called" in request.POST and may_be_called(party))


def refuse_unknown(request: HttpRequest) -> None:
    """Say why nothing is noted."""
    messages.error(
        request,
        _(
            "Nothing is noted: it is not known who is calling. Ask for their own code first, or call "
            "them yourself at a number that is safe."
        ),
    )


def hang_up(session: SessionBase) -> None:
    """Forget the caller: nobody is on the line any more, or somebody else."""
    session.pop(_KEY, None)
