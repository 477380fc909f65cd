"""What the DNS says of the domain that messages come from: SPF, DKIM and DMARC."""

import re
from collections.abc import Iterator
from email.utils import parseaddr

import dns.exception
import dns.rdatatype
import dns.resolver
from django.conf import settings

from familylaw.doctor.findings import Finding, look, ok

PATIENCE = 5.0
_KEY = re.compile(r"(?:^|;)\s*p\s*=\s*([A-Za-z0-9+/=\s]*)")
_POLICY = re.compile(r";\s*p\s*=\s*(\w+)", re.I)


class NoAnswerError(Exception):
    """The resolver did not say whether there is such a record."""


def examine_dns() -> Iterator[Finding]:
    """Examine the records without which our messages count as spam, or strangers write in our name."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()
    if settings.DEMO or not domain:
        return
    resolver = _resolver(settings.DOCTOR_RESOLVER)
    for subject, examine in (("SPF", _spf), ("DKIM", _dkim), ("DMARC", _dmarc)):
        try:
            yield examine(resolver, domain)
        except NoAnswerError as error:
            yield look(subject, f"the DNS did not answer ({error})", "Ask again where it does.")


def _resolver(address: str) -> dns.resolver.Resolver:
    """Use the system's resolver, or the one of the settings: `address` or `address:port`."""
    if not address:
        found = dns.resolver.Resolver()
    else:
        host, _colon, port = address.partition(":")
        found = dns.resolver.Resolver(configure=False)
        found.nameservers = [host]
        found.port = int(port or 53)
    found.lifetime = PATIENCE
    return found


def _texts(resolver: dns.resolver.Resolver, name: str) -> list[str]:
    """Return the TXT records of a name. Raises NoAnswerError."""
    try:
        answer = resolver.resolve(name, dns.rdatatype.TXT)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise NoAnswerError(type(error).__name__) from None
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]


def _spf(resolver: dns.resolver.Resolver, domain: str) -> Finding:
    records = [t for t in _texts(resolver, domain) if t.lower().split(" ")[0] == "v=spf1"]
    if not records:
        return look(
            "SPF",
            f"{domain} has no record",
            f'{domain} TXT "v=spf1 include:<mail host> -all"',
        )
    if len(records) > 1:
        return look("SPF", f"{domain} has {len(records)} records", "Keep one: more count as none.")
    last = records[0].lower().split()[-1]
    if last.startswith("redirect=") or last in ("-all", "~all"):
        return ok("SPF", f"{domain}: {records[0]}")
    return look("SPF", f"{domain}: {records[0]}", "End it with -all, so that others are refused.")


def _dkim(resolver: dns.resolver.Resolver, domain: str) -> Finding:
    selector = settings.DKIM_SELECTOR
    if not selector:
        return look(
            "DKIM",
            "not looked at",
            "Set DKIM_SELECTOR to the name of the key with which the mail host signs.",
        )
    name = f"{selector}._domainkey.{domain}"
    keys = [found[1].strip() for text in _texts(resolver, name) if (found := _KEY.search(text))]
    if not keys:
        return look("DKIM", f"{name} has no key", "Publish the mail host's key under this name.")
    if not any(keys):
        return look("DKIM", f"{name} is a revoked key", "Publish the key that signs now.")
    return ok("DKIM", f"{name} has a key")


def _dmarc(resolver: dns.resolver.Resolver, domain: str) -> Finding:
    """Ask the domain itself, then those above it, of which the organisation's counts."""
    labels = domain.split(".")
    for depth in range(len(labels) - 1):
        name = "_dmarc." + ".".join(labels[depth:])
        records = [t for t in _texts(resolver, name) if t.lower().startswith("v=dmarc1")]
        if not records:
            continue
        policy = _POLICY.search(records[0])
        if policy and policy[1].lower() in ("quarantine", "reject"):
            return ok("DMARC", f"{name}: p={policy[1].lower()}")
        return look("DMARC", f"{name}: {records[0]}", "Go on to p=quarantine, at last p=reject.")
    return look(
        "DMARC",
        f"{domain} has no record",
        f'_dmarc.{domain} TXT "v=DMARC1; p=quarantine; rua=mailto:…"',
    )
