"""Every request has an id, which its answer, log lines, messages and jobs carry on."""

from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from procrastinate import App, JobContext
from procrastinate.worker import Worker

from office.core import request_id
from office.core.jobs import REQUEST_ID

HEADER = "X-Request-ID"


class RequestIdMiddleware:
    """Take the proxy's id where there is a proxy of ours, else make one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "") if settings.TRUSTED_PROXIES else ""
        chosen = request_id.choose(given)
        with request_id.working_on(chosen):
            response = self.get_response(request)
        response.headers[HEADER] = chosen
        return response


def carry_into_jobs(app: App) -> None:
    """Have every worker of the app work on the id that a job carries."""
    app.worker_defaults["worker_middleware"] = [_carry]


async def _carry(run: Callable[[], Awaitable[Any]], context: JobContext, worker: Worker) -> Any:
    """Run a job with the id of the request that has asked for it, which its task need not know.

    What is logged of its end is logged after this, so that the id stays.
    """
    request_id.work_on(str(context.job.task_kwargs.pop(REQUEST_ID, "")))
    return await run()
