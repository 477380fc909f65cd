"""What is sealed opens with its own key, at its own place, and not otherwise."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.vault.keys import (
    BadTokenError,
    SealBrokenError,
    derive_keys,
    new_data_key,
    new_token,
    seal,
    unseal,
    unwrap,
    wrap,
)


@given(st.binary(max_size=2000), st.text(max_size=30))
def test_what_was_sealed_is_read_back(content: bytes, place: str) -> None:
    key = new_data_key()

    assert unseal(key, seal(key, content, place=place), place=place) == content


def test_neither_another_key_nor_another_place_nor_a_changed_seal_opens() -> None:
    key = new_data_key()
    sealed = seal(key, b"sanat", place="part 1")

    for wrong in (
        lambda: unseal(new_data_key(), sealed, place="part 1"),
        lambda: unseal(key, sealed, place="part 2"),
        lambda: unseal(key, sealed[:-1] + bytes([sealed[-1] ^ 1]), place="part 1"),
        lambda: unseal(key, sealed[:10], place="part 1"),
        lambda: unseal(key, b"", place="part 1"),
    ):
        with pytest.raises(SealBrokenError):
            wrong()


def test_the_same_words_are_sealed_differently_each_time() -> None:
    key = new_data_key()

    assert seal(key, b"sanat", place="") != seal(key, b"sanat", place="")


def test_a_link_always_yields_the_same_keys_and_no_other_link_does() -> None:
    token = new_token()

    assert derive_keys(token).lookup == derive_keys(token).lookup
    assert derive_keys(token).public == derive_keys(token).public
    assert derive_keys(token).lookup != derive_keys(new_token()).lookup
    assert derive_keys(token).public != derive_keys(new_token()).public


def test_a_wrapped_key_opens_with_its_holders_link_alone() -> None:
    holder, other, key = derive_keys(new_token()), derive_keys(new_token()), new_data_key()
    wrapped = wrap(key, holder.public, place="part 1 holder 2")

    assert unwrap(wrapped, holder, place="part 1 holder 2") == key
    for wrong in (
        lambda: unwrap(wrapped, other, place="part 1 holder 2"),
        lambda: unwrap(wrapped, holder, place="part 2 holder 2"),
        lambda: unwrap(wrapped[:40], holder, place="part 1 holder 2"),
        lambda: unwrap(bytes(80), holder, place="part 1 holder 2"),
    ):
        with pytest.raises(SealBrokenError):
            wrong()


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: t + "A", lambda t: "ä" + t[1:], lambda t: ""]
)
def test_a_truncated_or_strange_link_is_none(spoil: Any) -> None:
    with pytest.raises(BadTokenError):
        derive_keys(spoil(new_token()))
