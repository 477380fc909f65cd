"""Slips in e-mail addresses: gmial.com exists, and is still hardly ever what was meant. Pure."""

# What people here have; a domain that is one of these is never asked about.
KNOWN = (
    "gmail.com", "googlemail.com", "hotmail.com", "hotmail.fi", "hotmail.se", "outlook.com",
    "outlook.fi", "live.com", "live.fi", "live.se", "msn.com", "yahoo.com", "yahoo.se",
    "ymail.com", "icloud.com", "me.com", "mac.com", "mail.com", "email.com", "gmx.com",
    "proton.me", "protonmail.com", "luukku.com", "suomi24.fi", "kolumbus.fi", "elisanet.fi",
    "saunalahti.fi", "welho.com", "netti.fi", "sci.fi", "pp.inet.fi", "dnainternet.net",
    "mbnet.fi", "aland.net", "anvianet.fi", "multi.fi", "telia.com", "mail.ru", "yandex.ru",
    "ukr.net",
)  # fmt: skip
# Too short to tell a slip from another domain.
_LETTERS_AT_LEAST = 7
_ENDINGS = {
    "con": "com", "cmo": "com", "ocm": "com", "comm": "com", "vom": "com", "xom": "com", "fii": "fi",
    "ffi": "fi",
}  # fmt: skip


def suggested(address: str) -> str:
    """Guess the address that was meant; empty where nothing looks like a slip."""
    name, at, domain = address.rpartition("@")
    domain = domain.lower()
    if not at or domain in KNOWN:
        return ""
    meant = _meant(domain)
    return f"{name}@{meant}" if meant else ""


def _meant(domain: str) -> str:
    host, _dot, ending = domain.rpartition(".")
    mended = f"{host}.{_ENDINGS[ending]}" if host and ending in _ENDINGS else ""
    if mended in KNOWN:
        return mended
    if domain == "gmail.fi":
        return "gmail.com"
    for known in KNOWN:
        if len(known) >= _LETTERS_AT_LEAST and _is_one_slip(domain, known):
            return known
    return mended


def _is_one_slip(typed: str, known: str) -> bool:
    """Say whether one letter was left out, added, changed, or swapped with the next one."""
    if typed == known or abs(len(typed) - len(known)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(typed, known, strict=False)) if a != b), None)
    if at is None:
        return True
    return (
        typed[at + 1 :] == known[at + 1 :]
        or typed[at + 1 :] == known[at:]
        or typed[at:] == known[at + 1 :]
        or (typed[at : at + 2] == known[at : at + 2][::-1] and typed[at + 2 :] == known[at + 2 :])
    )
