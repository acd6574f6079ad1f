"""What we hand out and want to know again: signed tokens for links, keyed hashes for what we count but don't keep."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer


def sign(purpose: str, data: Any) -> str:
    """A token for an address, good for one purpose. ``data``: anything JSON holds; it can be read, not changed."""
    return _serializer(purpose).dumps(data)


def unsign(purpose: str, token: str, *, max_age: timedelta) -> Any:
    """What a token holds; None for one that was changed, is too old, or was made for another purpose."""
    try:
        return _serializer(purpose).loads(token, max_age=int(max_age.total_seconds()))
    except BadData:
        return None


def keyed_hash(purpose: str, text: str) -> str:
    """64 hex digits that stand for a text; without our secret nobody can try texts against them."""
    secret: str = current_app.config["SECRET_KEY"]
    return hmac.new(secret.encode(), f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        current_app.config["SECRET_KEY"], salt=f"danban.{purpose}", signer_kwargs={"digest_method": hashlib.sha256}
    )
