"""Reports of errors to a server that speaks Sentry's protocol, if ERROR_REPORTS_DSN names one.

An error's own words, the values of variables, addresses, forms and cookies may be about a client. So
a report is made anew from what cannot be: names of classes, functions, files, views, and numbers of
lines.
"""

import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings

from familylaw import release
from office.core import request_id

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

_OF_THE_REPORT = ("event_id", "timestamp", "level", "platform", "release", "environment")
_OF_AN_ERROR = ("type", "module")
_OF_A_FRAME = ("filename", "function", "module", "lineno", "in_app")


def start_reporting() -> None:
    """Report what is logged as an error from now on."""
    if not settings.ERROR_REPORTS_DSN:
        return
    import sentry_sdk
    from sentry_sdk.integrations.logging import LoggingIntegration

    sentry_sdk.init(
        dsn=settings.ERROR_REPORTS_DSN,
        release=f"familylaw@{release.version()}",
        environment=settings.DEMO or "unit",
        before_send=scrub,
        # The rest of what it could gather is not even gathered; personal data it leaves out unless asked.
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[LoggingIntegration(level=None, event_level=logging.ERROR)],
        max_breadcrumbs=0,
        max_request_body_size="never",
        include_local_variables=False,
        include_source_context=False,
        auto_session_tracking=False,
        send_client_reports=False,
        server_name="",
    )


def scrub(event: "Event", hint: "Hint") -> "Event | None":
    """Return a new report with what is on the lists above, and nothing that anybody has typed.

    None for what is no error of ours: answers such as 503 of a probe, and hosts that strangers try.
    """
    record = hint.get("log_record")
    name = record.name if isinstance(record, logging.LogRecord) else ""
    is_answer = name == "django.request" and not event.get("exception")
    if is_answer or name == "django.security.DisallowedHost":
        return None
    report: Any = {name: event[name] for name in _OF_THE_REPORT if name in event}  # type: ignore[literal-required]
    errors = event.get("exception", {}).get("values", [])
    if errors:
        report["exception"] = {"values": [_error(each) for each in errors]}
    if isinstance(record, logging.LogRecord):
        report["logger"] = record.name
        if not errors:
            # Where it was logged, not what: words may hold anything.
            report["message"] = f"{record.module}:{record.funcName}:{record.lineno}"
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        if match is not None:
            report["transaction"] = match.view_name
    if current := request_id.current():
        report["tags"] = {"request_id": current}
    done: Event = report
    return done


def _error(error: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {name: error[name] for name in _OF_AN_ERROR if name in error}
    frames = (error.get("stacktrace") or {}).get("frames", [])
    kept["stacktrace"] = {
        "frames": [{name: frame[name] for name in _OF_A_FRAME if name in frame} for frame in frames]
    }
    return kept
