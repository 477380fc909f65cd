"""The web server's own logs. They do not pass through Django's handlers, so they are masked here."""

from typing import Any

from gunicorn.glogging import Logger

from familylaw.masking import MaskLinks


class MaskedLogger(Logger):
    """Gunicorn's logs of requests and errors, without personal links."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for log in (self.access_log, self.error_log):
            for handler in log.handlers:
                handler.addFilter(MaskLinks())
