"""Sealing: secrets kept in the database as bytes that open only with the key outside of it."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from os import urandom
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12  # bytes, as AES-GCM wants them


class CannotOpen(Exception):
    """A sealed secret does not open; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals texts with AES-256-GCM. ``key`` is a secret text; each sealed text is bound to what it
    belongs to, so that it opens nowhere else."""

    key: str

    def seal(self, text: str, belongs_to: str) -> bytes:
        nonce = urandom(_NONCE)
        return nonce + self._aes().encrypt(nonce, text.encode(), belongs_to.encode())

    def open(self, sealed: bytes, belongs_to: str) -> str:
        """Raises CannotOpen for another key, another place, or changed bytes."""
        from cryptography.exceptions import InvalidTag

        try:
            opened = self._aes().decrypt(sealed[:_NONCE], sealed[_NONCE:], belongs_to.encode())
        except (InvalidTag, ValueError) as error:
            raise CannotOpen(
                f"The stored secret of {belongs_to} does not open with the key in var/secrets. "
                "Put the right key back, or store the secret again: sunwai sources token NAME"
            ) from error
        return opened.decode()

    def mark(self, text: str, belongs_to: str) -> str:
        """A mark (64 hex digits) by which a short secret is known again, and which tells nothing
        to who has the database but not the key."""
        key = hashlib.sha256(b"sunwai marking\x1f" + self.key.encode()).digest()
        return hmac.new(key, f"{belongs_to}\x1f{text}".encode(), hashlib.sha256).hexdigest()

    def _aes(self) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(hashlib.sha256(b"sunwai sealing\x1f" + self.key.encode()).digest())

    def __repr__(self) -> str:
        return "Sealer(...)"  # never the key
