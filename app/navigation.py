"""What every page's frame needs: the reader's language, and links to the work screens of those who work here."""

from collections.abc import Iterator
from typing import Any

from flask import Flask, url_for

from accounts.policies import Permission
from accounts.session import permissions
from core.i18n import gettext as _
from core.i18n import locale


def staff_links() -> list[tuple[str, str]]:
    """(label, address) of the work screens that the visitor may enter."""
    held = permissions()
    links = (
        (Permission.MODERATE, _("Kiểm duyệt"), "moderation.queue"),
        (Permission.DRAFT, _("Bàn soạn thảo"), "consultations.desk"),
        (Permission.ANSWER, _("Tiếp thu, giải trình"), "opinions.desk"),
        (Permission.ADMINISTER, _("Quản trị"), "administration.index"),
    )
    return [(label, url_for(endpoint)) for permission, label, endpoint in links if permission in held]


class StaffLinks:
    """The links, read when a page shows them: the page of a failed database shows none."""

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(staff_links())


def init_app(app: Flask) -> None:
    @app.context_processor
    def frame() -> dict[str, Any]:
        return {"staff_links": StaffLinks(), "locale": locale}
