"""Where calls may go: addresses on the public internet, and what an administrator allows.

What a name leads to is known only once it has been looked up, so a destination is checked in
two parts: :func:`destination_of` reads the URL, :func:`refusal` judges it with the addresses
that are about to be connected to.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from .errors import CallError

PORTS = {"http": 80, "https": 443}
MAX_URL = 2_000
#: Ports below this one belong to other services than the web, which are not to be spoken to.
FIRST_FREE_PORT = 1024
_ODD = re.compile(r"[\x00-\x20\x7f\\]")
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
#: Wraps an IPv4 address that a translator on the way would connect to.
_TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
#: Not global, whatever the version of Python says.
_INNER = tuple(
    map(ipaddress.ip_network, ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "fec0::/10"))
)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a URL leads, before its name is looked up."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an administrator allows besides the public internet: names of hosts, and networks."""

    hosts: frozenset = frozenset()
    networks: tuple = ()

    def holds(self, host, addresses):
        """True when the host is named, or all of its addresses are in the networks.

        >>> office = allowed_from_text("crm.internal, 10.1.0.0/16")
        >>> office.holds("crm.internal", ["10.9.9.9"]), office.holds("other", ["10.1.2.3"])
        (True, True)
        >>> office.holds("other", ["10.1.2.3", "10.9.9.9"])
        False
        """
        if host in self.hosts:
            return True
        found = [ipaddress.ip_address(address) for address in addresses]
        return bool(found) and all(
            any(address in network for network in self.networks) for address in found
        )


def allowed_from_text(text):
    """What a list of hosts and networks, divided by blanks, commas or lines, allows.

    :raise CallError: for an entry that is neither

    >>> allowed_from_text("Crm.Internal\\n10.0.0.0/8").hosts
    frozenset({'crm.internal'})
    """
    hosts, networks = set(), []
    for entry in re.split(r"[\s,;]+", text or ""):
        if not entry:
            continue
        try:
            networks.append(ipaddress.ip_network(entry, strict=False))
        except ValueError:
            if "/" in entry or ":" in entry:
                raise CallError("allowed", entry) from None
            hosts.add(_host(entry))
    return Allowed(frozenset(hosts), tuple(networks))


def destination_of(url):
    """The :class:`Destination` of a URL.

    :raise CallError: for what is no address of a web service

    >>> destination_of("https://Example.com/hook?a=1")
    Destination(scheme='https', host='example.com', port=443)
    """
    if not url or len(url) > MAX_URL or _ODD.search(url):
        raise CallError("url", url and url[:100])
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise CallError("url", url[:100]) from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise CallError("url", url[:100])
    if "@" in parts.netloc:
        raise CallError("credentials", parts.hostname)
    return Destination(parts.scheme, _host(parts.hostname), port or PORTS[parts.scheme])


def refusal(destination, addresses, allowed):
    """Why nothing may be sent there, as the code of a :class:`CallError`; None when it may.

    :param addresses: all that the host's name leads to, as texts

    >>> refusal(destination_of("https://example.com"), ["93.184.215.14"], Allowed())
    >>> refusal(destination_of("https://example.com"), ["93.184.215.14", "10.0.0.1"], Allowed())
    'private'
    >>> refusal(destination_of("http://example.com"), ["93.184.215.14"], Allowed())
    'plain'
    """
    if allowed.holds(destination.host, addresses):
        return None
    if not addresses or not all(map(is_public, addresses)):
        return "private"
    if destination.scheme != "https":
        return "plain"
    if destination.port < FIRST_FREE_PORT and destination.port not in PORTS.values():
        return "port"
    return None


def is_public(text):
    """True for an address that anybody on the internet reaches, whatever wraps it.

    >>> is_public("93.184.215.14"), is_public("::ffff:10.0.0.1"), is_public("100.64.0.1")
    (True, False, False)
    """
    address = ipaddress.ip_address(text.partition("%")[0])
    inner = _inner(address)
    if inner is not None:
        return is_public(str(inner))
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in _INNER if network.version == address.version)
    )


def _inner(address):
    """The IPv4 address inside one of IPv6, or None."""
    if address.version == 4:
        return None
    if any(address in network for network in _TRANSLATED):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo and teredo[1])


def _host(text):
    """The name of a host as it is looked up.

    Numbers other than plain addresses are refused: 0177.0.0.1 and 2130706433 are read as 127.0.0.1
    by some, and otherwise by others.
    """
    if ":" in text:
        return _version_6(text)
    try:
        # Digits and dots of other scripts become plain ones by this, and are seen below.
        host = text.encode("idna").decode().rstrip(".").lower()
    except UnicodeError:
        raise CallError("url", text[:100]) from None
    if not _NAME.fullmatch(host):
        raise CallError("url", text[:100])
    if _NUMBER.fullmatch(host.rpartition(".")[2]) and not _is_address(host):
        raise CallError("url", text[:100])
    return host


def _version_6(text):
    try:
        return str(ipaddress.IPv6Address(text))
    except ValueError:
        raise CallError("url", text[:100]) from None


def _is_address(text):
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True
