"""The published rules. A refusal names one of them; the page /quy-tac/ shows them all."""

from dataclasses import dataclass

from core.i18n import gettext as _


@dataclass(frozen=True)
class Rule:
    """A rule: its stable code, its number on the page, its name and its text."""

    code: str
    number: int
    name: str
    text: str


def rules() -> tuple[Rule, ...]:
    """All rules in the reader's language, in order."""
    texts = (
        (
            "off_topic",
            _("Không liên quan đến dự thảo"),
            _("Ý kiến nói về việc khác, không về dự thảo hay điều khoản đang lấy ý kiến."),
        ),
        (
            "insult",
            _("Xúc phạm, đe dọa"),
            _(
                "Lời lẽ xúc phạm, đe dọa, kỳ thị người khác. "
                "Phê bình nội dung dự thảo hay cơ quan soạn thảo không thuộc quy tắc này."
            ),
        ),
        (
            "personal_data",
            _("Lộ thông tin cá nhân"),
            _("Nêu số căn cước, số điện thoại, địa chỉ nhà, bệnh án hoặc thông tin riêng của một người."),
        ),
        ("advertising", _("Quảng cáo"), _("Giới thiệu hàng hóa, dịch vụ hoặc dẫn liên kết để bán hàng.")),
        ("unlawful", _("Trái pháp luật"), _("Nội dung mà pháp luật cấm đăng tải.")),
        ("unreadable", _("Không đọc được"), _("Ký tự vô nghĩa, hoặc không thể hiểu người viết muốn nói gì.")),
    )
    return tuple(Rule(code, number, name, text) for number, (code, name, text) in enumerate(texts, 1))


def find_rule(code: str | None) -> Rule | None:
    return next((rule for rule in rules() if rule.code == code), None)
