"""Surveys to begin with: definitions as files, in the published form. Each file is a definition without faults."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.i18n import gettext as _
from surveys.definition.documents import loads
from surveys.definition.shape import Definition

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Template:
    """``key``: the name of its file; ``title``, ``summary``: for whoever chooses."""

    key: str
    title: str
    summary: str

    @property
    def definition(self) -> Definition:
        return _read(self.key)


def list_templates() -> list[Template]:
    """All, in the order in which they are offered."""
    return [
        Template(
            "mot-cua",
            _("Mức độ hài lòng với bộ phận một cửa"),
            _("Lần đến gần nhất, thái độ, thời gian, chi phí, điều cần làm trước."),
        ),
        Template(
            "dan-chu-co-so",
            _("Hiểu biết về Luật Thực hiện dân chủ ở cơ sở"),
            _("Điều người dân biết về quyền được bàn, quyết định, kiểm tra, giám sát; kênh nhận thông tin."),
        ),
        Template(
            "ngan-sach",
            _("Ưu tiên chi ngân sách của xã, phường"),
            _("Xếp hạng việc cần chi trước, chia một khoản tiền, lý do."),
        ),
    ]


def find_template(key: str) -> Template | None:
    return next((template for template in list_templates() if template.key == key), None)


@cache
def _read(key: str) -> Definition:
    return loads((FOLDER / f"{key}.json").read_text(encoding="utf-8"))
