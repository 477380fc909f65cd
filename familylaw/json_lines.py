"""The log as JSON, one object a line, for who collects logs. Masked as a whole, tracebacks too."""

import json
import logging
import os
from datetime import UTC, datetime

from familylaw.masking import mask
from office.core import request_id

LINE, JSON = "line", "json"


def is_chosen() -> bool:
    """Say whether LOG_FORMAT asks for it; asked by gunicorn too, which knows no settings of Django."""
    return os.environ.get("LOG_FORMAT") == JSON


class JSONLineFormatter(logging.Formatter):
    """time, level, logger, message; request_id and error where there is one; nothing else."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if current := request_id.current():
            line["request_id"] = current
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps({name: mask(text) for name, text in line.items()}, ensure_ascii=False)
