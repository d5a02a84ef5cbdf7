"""Encryption at rest: what stands in `content` is sealed with a key that is kept outside of the store."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from chartproof.errors import ChartproofError

ENVIRONMENT = "CHARTPROOF_KEY"

_TOKEN = b"gAAAA"
"""How every Fernet token begins; plain content is a JSON object and begins with a brace."""


def new_key() -> str:
    """A new random key, as text."""
    return Fernet.generate_key().decode("ascii")


class Sealer:
    """Seals and opens content; without keys it leaves it as it is.

    The first key seals, all of them open, so that keys can be changed.
    """

    def __init__(self, keys: bytes | None) -> None:
        """`keys` are Fernet keys with commas between them. Errors: ChartproofError for what is no key."""
        parts = [part.strip() for part in (keys or b"").split(b",") if part.strip()]
        try:
            self._fernet = MultiFernet([Fernet(part) for part in parts]) if parts else None
        except ValueError:
            raise ChartproofError(
                f"{ENVIRONMENT} holds no key; `chartproof review new-key` makes one (several stand with commas between)"
            ) from None

    @property
    def encrypts(self) -> bool:
        """Whether there is a key."""
        return self._fernet is not None

    def seal(self, content: bytes) -> bytes:
        """The content as it is stored."""
        return self._fernet.encrypt(content) if self._fernet is not None else content

    def unseal(self, stored: bytes) -> bytes:
        """The content again. Errors: ChartproofError for a missing or wrong key, and for content that was altered."""
        if not stored.startswith(_TOKEN):
            return stored
        if self._fernet is None:
            raise ChartproofError(f"the store is encrypted; set {ENVIRONMENT} to its key")
        try:
            return self._fernet.decrypt(stored)
        except InvalidToken:
            raise ChartproofError(
                f"the key in {ENVIRONMENT} does not open the store's content: it is another key, or the content was altered"
            ) from None
