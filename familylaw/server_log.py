"""Mask the web server's own logs, which do not pass through Django's handlers."""

from typing import Any

from gunicorn.glogging import Logger

from familylaw import json_lines
from familylaw.masking import MaskLinks
from office.core import request_id


class MaskedLogger(Logger):
    """Gunicorn's access and error log without personal links."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for log in (self.access_log, self.error_log):
            for handler in log.handlers:
                handler.addFilter(MaskLinks())
                if json_lines.is_chosen():
                    handler.setFormatter(json_lines.JSONLineFormatter())

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Log the answer under the id that it carries: the request itself is over by now."""
        names = {name.lower(): value for name, value in resp.headers}
        with request_id.working_on(names.get("x-request-id", "")):
            super().access(resp, req, environ, request_time)
