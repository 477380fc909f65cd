import pytest

from office.core.phones import shown


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("+358401234567", "040 123 4567"),
        ("+358400000217", "040 000 0217"),
        ("+35819123456", "019 123 456"),
        ("+46701740605", "+46 70 174 06 05"),
        ("", ""),
        (None, ""),
        ("112", "112"),
    ],
)
def test_numbers_are_shown_as_people_here_read_them(number: str | None, words: str) -> None:
    assert shown(number) == words
