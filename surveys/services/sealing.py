"""Answers on their way, encrypted: a copy of the database, or a page of it that was freed, tells nothing of them.

Fernet (AES-128-CBC with HMAC-SHA256), its clear-text time set to zero and its length rounded up, so that neither tells
anything. Keys come from SECRET_KEY, which is in no backup, and for people without an account from their token as well,
of which the database holds a hash alone.
"""

import base64
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from core.signing import keyed_hash

BLOCK = 4096


def seal(purpose: str, secret: str, content: Any) -> bytes:
    """``content``: what JSON holds. ``secret``: whatever else than our own secret is needed to open it again."""
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return _fernet(purpose, secret).encrypt_at_time(data.ljust(-(-len(data) // BLOCK) * BLOCK), 0)


def unseal(purpose: str, secret: str, sealed: bytes) -> Any:
    """What was sealed; None where the secret is another or the bytes were changed."""
    try:
        return json.loads(_fernet(purpose, secret).decrypt(sealed))
    except InvalidToken:
        return None


def _fernet(purpose: str, secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(bytes.fromhex(keyed_hash(f"surveys.{purpose}", secret))))
