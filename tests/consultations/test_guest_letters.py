"""Nobody floods a stranger's mailbox through a guest's receipt."""

import pytest
from flask import Flask

from consultations.services.submitting import GUEST_LETTERS_AN_HOUR
from core import clock
from core.errors import RuleBroken
from tests.consultations.drafts import make_published
from tests.consultations.sending import Said, send
from tests.factories import make_agency
from tests.support.clock import FrozenClock


def test_an_address_gets_some_letters_an_hour_and_then_none(app: Flask, frozen_clock: FrozenClock) -> None:
    consultation = make_published(make_agency())
    frozen_clock.move(minutes=1)
    for n in range(GUEST_LETTERS_AN_HOUR):
        send(consultation, Said("Điều 1", f"Ý kiến {n}"), guest="Anh Ba", email="nguoi-la@vi-du.vn")
    with pytest.raises(RuleBroken) as refusal:
        send(consultation, Said("Điều 1"), guest="Anh Ba", email="nguoi-la@vi-du.vn")
    assert refusal.value.field == "email"
    send(consultation, Said("Điều 1"), guest="Chị Tư", email="nguoi-khac@vi-du.vn")
    frozen_clock.move(hours=1, minutes=1)
    assert send(consultation, Said("Điều 1"), guest="Anh Ba", email="nguoi-la@vi-du.vn").sent_at == clock.now()
