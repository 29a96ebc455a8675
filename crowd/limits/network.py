"""Who knocks: a network's keyed hash that changes daily, so that nobody can be followed by it."""

import hashlib
import hmac
import ipaddress

from django.conf import settings
from django.http import HttpRequest

from crowd.limits import windows


def client_address(request: HttpRequest) -> str:
    """Return the address that the outermost trusted proxy saw; what a client writes itself is never believed.

    Each of the `TRUSTED_PROXIES` appends one address to `X-Forwarded-For`; so the client is that many from the right.
    """
    remote: str = request.META.get("REMOTE_ADDR", "")
    proxies: int = settings.TRUSTED_PROXIES
    if not proxies:
        return remote
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return forwarded[-proxies] if len(forwarded) >= proxies else remote


def network_of(address: str) -> str:
    """Return the network that one subscriber commands: the address itself, or an IPv6 /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def keyed_hash(value: str) -> str:
    """Return the hex HMAC-SHA256 of `value`, which without the key says nothing and with tomorrow's day differs."""
    message = f"{windows.today()}|{value}".encode()
    return hmac.new(settings.NETWORK_HASH_KEY.encode(), message, hashlib.sha256).hexdigest()


def network_hash(request: HttpRequest) -> str:
    return keyed_hash(network_of(client_address(request)))
