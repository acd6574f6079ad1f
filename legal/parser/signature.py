"""The closing formula, the signature block and the list of recipients (Nơi nhận)."""

from __future__ import annotations

import re

from legal.markers import is_upper

_OFFICES = re.compile(
    r"(?:T/?M\.|KT\.|TL\.|TUQ\.|Q\.|CHỦ TỊCH|PHÓ CHỦ TỊCH|BỘ TRƯỞNG|THỨ TRƯỞNG|THỦ TƯỚNG|PHÓ THỦ TƯỚNG|CHỦ NHIỆM|TỔNG |"
    r"VĂN PHÒNG QUỐC HỘI|XÁC THỰC VĂN BẢN|CHÁNH ÁN|VIỆN TRƯỞNG|GIÁM ĐỐC|CỤC TRƯỞNG|THỐNG ĐỐC|CHÁNH VĂN PHÒNG|VỤ TRƯỞNG)"
)
_RECIPIENTS = re.compile(r"(?:Nơi nhận|NƠI NHẬN)\s?:?(?:\s|$)")
_PASSED = re.compile(
    r"(?:Bộ luật|Luật|Nghị quyết|Pháp lệnh|Hiến pháp)\s+này\s+(?:đã\s+)?được\s+"
    r"(?:Quốc hội|Ủy ban Thường vụ|Uỷ ban Thường vụ|Hội đồng nhân dân)"
)
_LONGEST = 90


def is_signature(text: str) -> bool:
    """Whether a line opens a signature block or the list of recipients."""
    if len(text) > _LONGEST:
        return False
    return _RECIPIENTS.match(text) is not None or (_OFFICES.match(text) is not None and is_upper(text))


def is_passing_formula(text: str) -> bool:
    """Whether a line begins "Luật này được Quốc hội … thông qua …", which closes a law."""
    return _PASSED.match(text) is not None
