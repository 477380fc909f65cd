"""The purge, for tests of single kinds of data."""

from office.retention.purge import purge


def purged(*keys: str) -> int:
    """Purge all that is due; how many rows of these kinds went."""
    counts = purge().counts
    return sum(counts.get(key, 0) for key in keys)
