"""Mask the web server's own logs, which do not pass through Django's handlers."""

from typing import Any

from gunicorn.glogging import Logger

from familylaw.masking import MaskLinks


class MaskedLogger(Logger):
    """Gunicorn's access and error log without personal links."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for log in (self.access_log, self.error_log):
            for handler in log.handlers:
                handler.addFilter(MaskLinks())
