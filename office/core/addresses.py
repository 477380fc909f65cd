"""Where a visitor comes from. Needs no models, so that the live process stays small."""

import ipaddress

from django.conf import settings


def address_behind_proxies(remote: str, forwarded_for: str) -> str:
    """Return the visitor's address, from the connection's own and X-Forwarded-For.

    The header is believed only as far as our own proxies wrote it (TRUSTED_PROXIES).
    """
    address = remote
    if settings.TRUSTED_PROXIES:
        forwarded = [part.strip() for part in forwarded_for.split(",") if part.strip()]
        if len(forwarded) >= settings.TRUSTED_PROXIES:
            address = forwarded[-settings.TRUSTED_PROXIES]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            # As a server that listens to both kinds writes IPv4: all of them share one /64.
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
