"""What is said of a row: the words of every reason, for the screen and the report."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from core.i18n import gettext as _
from core.spreadsheet import harmless
from opinions.queries import imports as queries


def sentence(code: str) -> str:
    """A reason as people read it."""
    return {
        "encoding": _("Có ký tự sai bảng mã, không đọc được."),
        "quotes": _("Dấu ngoặc kép mở mà không đóng đúng chỗ, hoặc dòng quá dài."),
        "long": _("Dòng dài quá 100 kB."),
        "empty": _("Không có nội dung góp ý."),
        "unplaced": _("Không tìm thấy điều khoản này trong dự thảo: để ở mục chưa gắn điều khoản."),
        "several": _("Ghi nhiều điều khoản: gắn vào điều khoản đầu tiên."),
        "stance": _("Không hiểu lập trường: tính là đề nghị sửa."),
        "nameless": _("Không ghi chủ thể góp ý."),
        "province": _("Không tìm thấy tỉnh, xã này trong danh mục: chỉ giữ trong tệp gốc."),
        "received": _("Không đọc được ngày nhận, hoặc ngày ở tương lai: lấy ngày nhập."),
        "people": _("Không đọc được số người: để trống."),
        "channel": _("Không hiểu kênh: lấy kênh chung của lô."),
        "formula": _("Ô là công thức chưa có kết quả: giữ nguyên công thức."),
        "hidden": _("Dòng bị ẩn trong tệp; vẫn được nhập."),
    }.get(code, code)


def report(batch_id: int) -> Iterator[str]:
    """The report of a batch as .csv, in the order of the file: row, whether it was refused, why, the words at fault."""
    line = io.StringIO()
    writer = csv.writer(line)
    yield "\ufeff"
    writer.writerow((_("Dòng"), _("Kết quả"), _("Lý do"), _("Nội dung trong tệp")))
    for note in queries.iterate_notes(batch_id):
        result = _("không nhập") if note.refused else _("đã nhập, cần xem")
        writer.writerow((note.row, result, sentence(note.code), harmless(note.detail)))
        if line.tell() > 1 << 16:
            yield line.getvalue()
            line.seek(0)
            line.truncate()
    yield line.getvalue()


def write_report(batch_id: int, path: Path) -> None:
    """The report as a file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(report(batch_id))
