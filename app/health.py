"""Whether a site does its work: for `danban health`, and for the page of those who administer."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from app.filters import date_time, number
from core import outbox
from core.i18n import gettext as _
from core.settings import instance_folder
from search import services as search

__all__ = ["Check", "look"]

_PATIENCE = timedelta(minutes=15)
_TRIES = 3
_ROOM = 0.2  # of the disk
_GIGABYTE = 1 << 30


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at and seen, and what there is to do: nothing where all is well."""

    name: str
    seen: str
    advice: str = ""

    @property
    def is_well(self) -> bool:
        return not self.advice


def look() -> list[Check]:
    """Every part of the site, as it stands now."""
    return [_work(), _failures(), _index(), _room()]


def _work() -> Check:
    name = _("Việc chạy nền")
    count, since = outbox.overdue(_PATIENCE)
    if since is None:
        return Check(name, _("Không có việc nào quá hạn. Đang chờ: %(n)s việc.", n=number(outbox.pending())))
    return Check(
        name,
        _("%(n)s việc đã quá hạn mà chưa làm, lâu nhất từ %(since)s.", n=number(count), since=date_time(since)),
        _(
            "Tiến trình chạy nền (worker) có thể đã dừng, hoặc không làm kịp. "
            "Hãy kiểm tra và khởi động lại trên máy chủ. "
            "Trong lúc đó thư chưa được gửi, tệp chưa được tạo; không việc nào bị mất."
        ),
    )


def _failures() -> Check:
    name = _("Việc làm không thành")
    found = outbox.failing(_TRIES)
    if not found:
        return Check(name, _("Không có."))
    return Check(
        name,
        "; ".join(f"{each.topic} ({each.error}): {number(each.count)}" for each in found) + ".",
        _("Nguyên nhân có trong nhật ký của tiến trình chạy nền. Hệ thống tự thử lại cho đến khi làm được."),
    )


def _index() -> Check:
    state = search.index_state()
    return Check(_("Tìm kiếm"), " ".join(_about_index(state)), _to_do_for_index(state))


def _about_index(state: search.IndexState) -> Iterator[str]:
    if state.held is None:
        yield _("Không có chỉ mục dùng được: trang tìm kiếm đang đọc thẳng cơ sở dữ liệu, chậm hơn.")
    else:
        yield _("Chỉ mục %(engine)s có %(n)s mục.", engine=state.engine, n=number(state.held))
    if state.built is not None:
        yield _("Đang dựng chỉ mục mới: đã được %(n)s mục.", n=number(state.built))


def _to_do_for_index(state: search.IndexState) -> str:
    if state.held is None and state.built is None:
        return _("Hãy dựng chỉ mục bằng lệnh: %(command)s", command="danban search rebuild")
    if state.is_outgrown:
        return _(
            "Với chừng ấy mục, tantivy tìm nhanh hơn và ít tốn bộ nhớ hơn: "
            "hãy đặt SEARCH_ENGINE='tantivy' rồi khởi động lại."
        )
    return ""


def _room() -> Check:
    disk = shutil.disk_usage(instance_folder())
    seen = _("Còn trống %(free)s trên %(total)s.", free=_size(disk.free), total=_size(disk.total))
    if disk.free > disk.total * _ROOM:
        return Check(_("Ổ đĩa"), seen)
    return Check(_("Ổ đĩa"), seen, _("Hãy dọn bớt hoặc thêm chỗ: khi đầy đĩa, hệ thống không nhận được ý kiến mới."))


def _size(count: int) -> str:
    return f"{count / _GIGABYTE:.1f} GB".replace(".", ",")
