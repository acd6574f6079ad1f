"""What each signal is called on screens, and what it says."""

from dataclasses import dataclass

from core.i18n import gettext as _
from moderation.analysis import Signal


@dataclass(frozen=True)
class SignalWords:
    """A signal on a screen: its name, and how it comes about."""

    name: str
    text: str


def signal_words() -> dict[Signal, SignalWords]:
    """Every signal in the reader's language, in the order of the screen."""
    return {
        Signal.REPORTED: SignalWords(
            _("Có người đọc báo cáo"),
            _(
                "Một hay nhiều người đọc cho rằng nội dung đã công bố phạm quy tắc. "
                "Lời của người từng báo cáo đúng nặng hơn."
            ),
        ),
        Signal.REPEATED: SignalWords(
            _("Giống nội dung đã bị từ chối"),
            _("Cùng từng chữ, hoặc gần như thế, với một nội dung từng bị từ chối hoặc xếp là thư rác."),
        ),
        Signal.PERSONAL_DATA: SignalWords(
            _("Có thể lộ thông tin cá nhân"),
            _(
                "Có dãy ký tự giống số căn cước, số điện thoại, số tài khoản, địa chỉ thư hoặc địa chỉ nhà. "
                "Có thể công bố sau khi che."
            ),
        ),
        Signal.WATCHED_WORD: SignalWords(
            _("Có từ trong danh sách theo dõi"),
            _(
                "Có từ xúc phạm, kể cả khi viết không dấu, tách chữ hoặc thay chữ. "
                "Có từ đó không có nghĩa là phạm quy tắc."
            ),
        ),
        Signal.LINK: SignalWords(
            _("Có liên kết"), _("Dẫn tới trang khác, không kể trang của cơ quan nhà nước và trường học.")
        ),
        Signal.RATE: SignalWords(_("Gửi nhiều trong một giờ"), _("Tài khoản này gửi hơn 20 nội dung trong một giờ.")),
        Signal.SHOUTING: SignalWords(_("Viết toàn chữ hoa"), _("Phần lớn chữ cái là chữ hoa.")),
        Signal.LOOK_ALIKE: SignalWords(
            _("Có chữ cái giả dạng"),
            _("Một từ trộn chữ cái của bảng chữ khác (Nga, Hy Lạp) trông giống chữ của ta, để giống một từ khác."),
        ),
    }
