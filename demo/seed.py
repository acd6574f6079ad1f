"""Seed the demonstration, once: all of it in one transaction, so a try that was broken off leaves nothing behind."""

from accounts.queries import find_person_by_email
from core.db import transaction
from demo import desk, drafts, forums, people, surveys, voices


def is_seeded() -> bool:
    return find_person_by_email(people.sign_ins()[0].email) is not None


def seed() -> None:
    """People, drafts at their stages, opinions, answers; all through the services that the pages use."""
    with transaction():
        people.make_people()
        made = {draft.key: drafts.make_consultation(draft) for draft in drafts.DRAFTS}
        drafts.extend(made["bhxh"], days=2, decided=6)
        voices.send_all(made["van-thu"], "van-thu", "BNV")
        voices.send_all(made["bhxh"], "bhxh", "BNV")
        voices.send_all(made["bhyt"], "bhyt", "BYT")
        voices.support_some(made["bhyt"])
        voices.support_some(made["bhxh"])
        forums.make_board(made["bhyt"], "BYT")
        desk.answer_all(made["van-thu"], "van-thu", "BNV")
        desk.group_some(
            made["bhxh"],
            "BNV",
            "khoản 2 Điều 29",
            "Rút ngắn thời hạn xác nhận",
            "Tiếp thu hướng rút ngắn còn 10 ngày làm việc; 07 ngày chưa đủ để đối chiếu hồ sơ giấy trước năm 1995.",
        )
        surveys.seed_survey("BNV")
