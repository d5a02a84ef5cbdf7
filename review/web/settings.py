"""How the app is served: where, for whom and within which limits."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from chartproof.errors import ChartproofError

DEFAULT_PORT = 8350
LOOPBACK = "127.0.0.1"
SHORTEST_TOKEN = 16


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine only: ``localhost`` or a loopback address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Settings:
    """Where the app listens and what it allows. Sizes in bytes, times in seconds.

    `token` is asked for in place of users, at the login and as ``Authorization: Bearer``. `allowed_hosts` are further
    names that the app is reached by. `secure` says that people reach it by https (a proxy ends TLS); cookies are then
    sent by https only. `workers` is the number of processes that read notes; with 0 a thread reads them.
    """

    host: str = LOOPBACK
    port: int = DEFAULT_PORT
    token: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    secure: bool = False
    max_body: int = 10_000_000
    session_age: int = 12 * 3600
    session_idle: int = 3600
    workers: int = 0

    def check(self, *, users: bool) -> None:
        """Refuse what would let strangers in; `users` says whether there are any.

        Raises ChartproofError for an address other than loopback without token and users, and for a short token.
        """
        if self.token is not None and len(self.token) < SHORTEST_TOKEN:
            raise ChartproofError(f"the token is shorter than {SHORTEST_TOKEN} characters; take a longer, random one")
        if not is_loopback(self.host) and self.token is None and not users:
            raise ChartproofError(
                f"{self.host} can be reached from other machines: set a token (CHARTPROOF_TOKEN), or add users with"
                " 'chartproof review users add'"
            )
