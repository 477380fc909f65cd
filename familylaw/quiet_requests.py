"""Log refused requests in one line, so that real errors stand out."""

import logging


class QuietRefusals(logging.Filter):
    """Django's request log without tracebacks below 500, and without HEAD where only GET is served."""

    def filter(self, record: logging.LogRecord) -> bool:
        status = getattr(record, "status_code", 500)
        by_head = isinstance(record.args, tuple) and record.args[:1] == ("HEAD",)
        by_head = by_head or getattr(getattr(record, "request", None), "method", "") == "HEAD"
        if status == 405 and by_head:
            return False
        if status < 500:
            record.exc_info = record.exc_text = None
        return True
