"""Letters: what is written is what arrives."""

from collections.abc import Callable

import pytest
from flask import Flask

from core import outbox
from core.mail import TOPIC
from tests.support.mail import Mailbox

SUBJECTS = (
    "Cơ quan soạn thảo đã trả lời ý kiến của bạn",
    "Đợt lấy ý kiến về dự thảo Luật Bảo hiểm y tế (sửa đổi) được gia hạn đến hết ngày 02/12/2026 theo đề nghị",
    "Mã biên nhận: 7K3M-Q9XA-4T",
)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_keeps_every_space_however_long_it_is(
    app: Flask, subject: str, outbox_drained: Callable[[], int], mailbox: Mailbox
) -> None:
    body = "Kính gửi bạn,\n\nÝ kiến đã được nhận.\n"
    outbox.enqueue(TOPIC, {"to": "a@vi-du.vn", "subject": subject, "body": body, "id": "<1@danban>"})
    outbox_drained()
    (letter,) = mailbox.to("a@vi-du.vn")
    assert letter.subject == subject
    assert letter.body.strip() == body.strip()
