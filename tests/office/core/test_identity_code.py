import pytest

from office.core.identity_code import has_identity_code


@pytest.mark.parametrize(
    "text",
    [
        "010190-123A",
        "131052A308T",
        "010190+123a",
        "lapsi 311299-999X, toinen",
        "010101Y123B",
        "010190 -123A",
        "010190–123A",
        "01.01.90-123A",
        "(010190-123A)",
        # Mistyped: a wrong check character is still somebody's code.
        "010190-123Z"[:-1] + "F",
    ],
)
def test_codes_are_found(text: str) -> None:
    assert has_identity_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "040 123 4567",
        "+358 40 1234567",
        "320190-123A",
        "011390-123A",
        "KLM-482",
        "kl 010-123",
        "25.11.2026 klo 9.30",
        "FI21 1234 5600 0007 85",
        "Esimerkkikatu 12 A 3, 06100 Porvoo",
    ],
)
def test_other_texts_are_not_refused(text: str) -> None:
    assert not has_identity_code(text)
