"""Files that come with a post."""

from typing import Any

from core.errors import RuleBroken
from core.files import LETTERS, StoredFile, save_upload
from core.i18n import gettext as _
from core.settings import setting
from forums.services.posting import MAX_FILES


def saved_files(field: Any) -> list[StoredFile]:
    """Keep the files of a field. Raises RuleBroken (field ``file``) for too many, too large, or of another kind."""
    given = [one for one in field.data or () if getattr(one, "filename", "")]
    if len(given) > MAX_FILES:
        raise RuleBroken(_("Một bài kèm tối đa %(n)s tệp.", n=MAX_FILES), "file")
    limit = setting("MAX_ATTACHMENT_MB") * 2**20
    return [save_upload(one.stream, one.filename, kinds=LETTERS, limit=limit) for one in given]
