"""What a person has agreed to tell a partner: sealed, so that the database alone cannot be read."""

import json
from collections.abc import Mapping

from office.core import sealing
from office.core.sealing import LinkKeys
from referrals.hand_over.codes import PURPOSE
from referrals.models import Disclosed, Referral


def seal_words(words: Mapping[Disclosed, str], keys: LinkKeys) -> tuple[bytes, bytes]:
    """Seal the words for the holder of the code; what is sealed, and its wrapped key."""
    data_key, place = sealing.new_data_key(), _place(keys.lookup)
    sealed = sealing.seal(data_key, json.dumps(dict(words)).encode(), place=place)
    return sealed, sealing.wrap(data_key, keys.public, purpose=PURPOSE, place=place)


def open_words(referral: Referral, keys: LinkKeys) -> list[tuple[Disclosed, str]]:
    """Return what the partner reads, in its order; empty where it is deleted. Raises SealBrokenError."""
    if referral.sealed is None or referral.wrapped is None:
        return []
    place = _place(referral.link_hash)
    data_key = sealing.unwrap(bytes(referral.wrapped), keys, purpose=PURPOSE, place=place)
    words = json.loads(sealing.unseal(data_key, bytes(referral.sealed), place=place))
    return [(item, words[item]) for item in Disclosed if item in words]


def _place(lookup: str) -> str:
    return f"referral {lookup}"
