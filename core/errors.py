"""Named errors. Services raise them, the edges turn them into a field message, a page or a status code."""


class DanBanError(Exception):
    """Base of every error with a sentence for the person who caused it. ``message`` is Vietnamese, through gettext."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class RuleBroken(DanBanError):
    """A rule of the domain refuses the request (422). ``field`` names the form field it belongs to, if any."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotFound(DanBanError):
    """No such thing, or not this person's to see (404)."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)


class Conflict(DanBanError):
    """Somebody else changed it meanwhile (409); nothing was overwritten."""


class Closed(RuleBroken):
    """The consultation takes nothing now (409)."""
