"""What the services of surveys refuse, each with a sentence for whoever asked."""

from collections.abc import Sequence

from core.errors import Conflict, RuleBroken
from core.i18n import gettext as _
from surveys.checking.faults import Fault
from surveys.engine.values import Problem
from surveys.sentences import fault_sentence, problem_sentence


class AlreadyAnswered(Conflict):
    """This account, invitation or browser has sent its sheet."""

    def __init__(self) -> None:
        super().__init__(_("Bạn đã gửi phiếu của khảo sát này. Mỗi người trả lời một lần."))


class NotBegun(Conflict):
    """There is no sheet to go on with: the link is old, or another browser holds it."""

    def __init__(self) -> None:
        super().__init__(_("Không thấy phiếu đang điền trên thiết bị này. Hãy mở lại khảo sát từ đầu."))


class Incomplete(RuleBroken):
    """The sheet cannot be sent yet. ``problems``: in the order of the questions; ``page``: where the first one is."""

    def __init__(self, problems: Sequence[Problem], page: str) -> None:
        super().__init__(problem_sentence(problems[0]), problems[0].question)
        self.problems = tuple(problems)
        self.page = page


class BrokenDefinition(RuleBroken):
    """The survey cannot be published as it is. ``faults``: every one, with its place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(fault_sentence(faults[0]))
        self.faults = tuple(faults)


class Published(RuleBroken):
    """What is published does not change."""

    def __init__(self) -> None:
        super().__init__(
            _("Phiên bản này đã công bố nên câu hỏi không đổi được nữa. Hãy lập phiên bản mới để sửa."),
        )


class Stale(Conflict):
    """Somebody else saved meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("Người khác vừa lưu khảo sát này. Hãy tải lại trang, xem thay đổi rồi sửa tiếp."))
