"""QR codes as one path of an SVG: no image file, and sharp at any size."""

from dataclasses import dataclass

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

# The quiet zone that a reader needs around the code, in modules.
QUIET = 4


@dataclass(frozen=True)
class Code:
    """What the template draws: the side of the square in modules, and its dark modules."""

    side: int
    path: str
    says: str


def code(text: str) -> Code:
    """Return the QR code of a text, its quiet zone included."""
    made: QRCode = QRCode(border=QUIET, error_correction=ERROR_CORRECT_M)
    made.add_data(text)
    made.make(fit=True)
    rows = made.get_matrix()
    dark = [
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    ]
    return Code(len(rows), "".join(dark), text)
