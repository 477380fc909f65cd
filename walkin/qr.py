"""QR codes stand on the ground floor: plans need them too."""

from office.qr import Code, code

__all__ = ["Code", "code"]
