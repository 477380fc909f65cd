from pytest_django import Settings

from office.core import tokens


def test_a_token_is_long_and_the_same_each_time() -> None:
    nonce = tokens.new_nonce()
    token = tokens.token_for("party", nonce)
    assert len(token) == 43  # 256 bits
    assert tokens.token_for("party", nonce) == token
    assert tokens.hash_token(token) != token


def test_another_purpose_nonce_or_key_makes_another_token(settings: Settings) -> None:
    nonce = tokens.new_nonce()
    token = tokens.token_for("party", nonce)
    others = {tokens.token_for("feed", nonce), tokens.token_for("party", tokens.new_nonce())}
    settings.LINK_KEY = "another" * 10
    others.add(tokens.token_for("party", nonce))
    assert token not in others
    assert len(others) == 3


def test_a_link_carries_the_beginning_and_the_whole_opens_it_too() -> None:
    nonce = tokens.new_nonce()
    whole, short = tokens.token_for("party", nonce), tokens.link_token("party", nonce)
    assert whole.startswith(short)
    assert len(short) * 6 >= 128
    assert tokens.hash_token(short) in tokens.hashes_of(whole)
    assert tokens.hashes_of(short) == [tokens.hash_token(short)]
    assert tokens.hash_token(short) not in tokens.hashes_of(f"{short}-and-more")
