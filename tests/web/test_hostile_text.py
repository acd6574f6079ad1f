"""Whatever is typed is text: it is stored as typed, shown as typed, and never runs.

The pages are watched while they are walked (tests.support.pages): a script that the content security policy had to
stop would be an error in the console, and fail the test too.
"""

import unicodedata
from datetime import timedelta

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from consultations.models import GuestPolicy
from core import clock
from tests.support.pages import Pages
from tests.support.site import LiveSite
from tests.web import office, steps
from tests.web.conftest import Visit
from tests.web.office import CLAUSE, POINT, Place

pytestmark = pytest.mark.browser

MARKUP = "<script>window.ran=1</script><img src=x onerror=window.ran=1>"
PLAIN = MARKUP + "\"'><svg/onload=window.ran=1>{{7*7}}${7*7} &amp; Thủ đô"
ZERO_WIDTH, BIDI = "\u200b\u200d\ufeff", "\u202e\u2066\u200f"
TYPED = ZERO_WIDTH + unicodedata.normalize("NFD", PLAIN) + BIDI
"""What is typed everywhere; PLAIN is what must be shown everywhere."""
LONG = "chữ dài " * 12_500
"""100,000 characters."""

INJECTED = "img[src='x'], [onerror], [onload], main script, svg:not([class]):empty"


@pytest.fixture(scope="module")
def places(site: LiveSite) -> dict[str, Place]:
    return office.open_consultation(site, guests=GuestPolicy.NAMED)


def shows(page: Page) -> None:
    """The page shows the text as it was typed, without what nobody can see, and nothing of it is alive."""
    expect(page.get_by_text(PLAIN).or_(page.locator(f"input[value*='{MARKUP[:8]}']")).first).to_be_attached()
    harmless(page)


def harmless(page: Page) -> None:
    assert page.evaluate("window.ran") is None
    assert page.locator(INJECTED).count() == 0
    text = page.locator("body").inner_text() + page.title()
    assert not set(text) & set(ZERO_WIDTH + BIDI)
    assert "49" not in [word.strip("{}$") for word in text.split()]


class TestCitizen:
    def test_a_person_and_their_opinion(self, pages: Pages, site: LiveSite, places: dict[str, Place]) -> None:
        page = pages.open(site.url)
        page.goto("/dang-ky/")
        page.get_by_label("Họ và tên, hoặc tên tổ chức").fill(TYPED)
        page.get_by_label("Tên hiển thị công khai").fill(TYPED)
        page.get_by_label("Địa chỉ thư điện tử").fill("xau@example.vn")
        page.get_by_label("Mật khẩu").fill(office.PASSWORD)
        page.get_by_role("button", name="Đăng ký").click()  # without consent: the form comes back
        shows(page)
        page.get_by_label("Tôi đồng ý để Dân Bàn").check()
        page.get_by_label("Mật khẩu").fill(office.PASSWORD)
        page.get_by_role("button", name="Đăng ký").click()
        page.goto(steps.link_in(steps.letter_to(site, "xau@example.vn"), "/xac-nhan-thu/"))
        page.get_by_role("button", name="Xác nhận địa chỉ").click()
        steps.sign_in(page, "xau@example.vn")
        page.goto("/tai-khoan/")
        shows(page)
        steps.comment(page, places[POINT], "Đề nghị sửa", TYPED, wording=TYPED)
        steps.open_form(page, POINT)
        harmless(page)
        page.goto(places[POINT].review)
        shows(page)
        page.get_by_role("radio", name="Thay mặt cơ quan").check()
        page.get_by_label("Tên cơ quan, tổ chức").fill(TYPED)
        steps.send(page)
        shows(page)
        page.goto("/y-kien-cua-toi/")
        shows(page)
        for name in ("Sửa", "Rút"):
            page.goto("/y-kien-cua-toi/")
            page.get_by_role("main").get_by_role("link", name=name).first.click()
            harmless(page)
        pages.watch.forgive("422")

    def test_a_guest(self, pages: Pages, site: LiveSite, places: dict[str, Place]) -> None:
        page = pages.open(site.url)
        steps.comment(page, places[CLAUSE], "Hỏi", TYPED)
        page.goto(places[CLAUSE].review)
        steps.send(page, name=TYPED)
        shows(page)

    def test_words_that_are_searched_and_looked_up(self, pages: Pages, site: LiveSite) -> None:
        page = pages.open(site.url)
        page.goto("/tim-kiem/")
        page.get_by_label("Tìm trong dự thảo và ý kiến").fill(TYPED)
        page.get_by_role("button", name="Tìm", exact=True).click()
        harmless(page)
        page.goto("/bien-nhan/")
        page.get_by_role("textbox", name="Mã biên nhận").fill(TYPED)
        page.get_by_role("button", name="Tra mã").click()
        expect(page.get_by_text("Không tìm thấy mã này")).to_be_visible()
        harmless(page)
        pages.watch.forgive("404")


class TestModerator:
    def test_the_queue_and_the_log(self, visit: Visit, site: LiveSite, places: dict[str, Place]) -> None:
        code = office.send_comment(site, places[CLAUSE], body=PLAIN, email=office.CITIZEN)
        page = visit(office.MODERATOR)
        page.goto(f"/kiem-duyet/?dot={places[CLAUSE].consultation_id}")
        page.locator(".queue__list").get_by_text("Lan Hương").or_(page.locator(".queue__list a")).last.click()
        shows(page)
        page.locator("[data-key='1']").check()
        page.get_by_label("Lời nhắn cho người viết").fill(TYPED)
        page.get_by_role("button", name="Từ chối theo quy tắc").click()
        harmless(page)
        page.goto("/kiem-duyet/nhat-ky/")
        shows(page)
        page.goto(f"/bien-nhan/{code}/")
        harmless(page)

    def test_what_is_published(self, visit: Visit, pages: Pages, site: LiveSite, places: dict[str, Place]) -> None:
        office.send_comment(site, places[CLAUSE], body=PLAIN, publish=True)
        page = visit(office.CITIZEN)
        page.goto(places[CLAUSE].page)
        shows(page)
        page.get_by_role("link", name="Trả lời").first.click()
        page.get_by_label("Trả lời của bạn").fill(TYPED)
        page.get_by_role("button", name="Gửi trả lời").click()
        shows(page)

        def found() -> bool:
            page.goto("/tim-kiem/?q=onerror")
            return page.locator(".hits").count() > 0

        steps.eventually(found)
        harmless(page)


class TestDrafter:
    def test_a_draft_from_its_file_to_its_public_page(self, visit: Visit, pages: Pages, site: LiveSite) -> None:
        page = visit(office.DRAFTER)
        page.goto("/soan-thao/moi/")
        text = f"LUẬT\n{PLAIN}\nĐiều 1. {PLAIN}\n1. {PLAIN}\na) {PLAIN}\nb) Hết."
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        content = FilePayload(name="<img src=x onerror=alert(1)>.docx", mimeType=kind, buffer=office.word_file(text))
        page.get_by_label("Tệp dự thảo").set_input_files(content)
        page.get_by_label("Tên dự thảo").fill(TYPED)
        page.get_by_role("button", name="Tải lên và đọc").click()
        shows(page)
        page.get_by_role("link", name="Tiếp: đặt thời gian").click()
        page.get_by_label("Tóm tắt cho người đọc").fill(TYPED)
        page.get_by_label("Ngày đóng").fill((clock.today() + timedelta(days=5)).isoformat())
        page.get_by_label("Lý do rút ngắn thời hạn").fill(TYPED)
        page.get_by_role("button", name="Lưu thiết lập").click()
        shows(page)
        page.get_by_role("link", name="Hồ sơ", exact=True).click()
        page.get_by_label("Tên tài liệu").fill(TYPED)
        page.get_by_label("Tệp", exact=True).set_input_files(
            {"name": "to-trinh.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF"}
        )
        page.get_by_role("button", name="Thêm", exact=True).click()
        shows(page)
        page.get_by_role("link", name="Xem trước", exact=True).click()
        shows(page)
        page.goto(page.url.replace("xem-truoc", "cong-bo"))
        page.get_by_label("Tôi đã xem cây điều khoản").check()
        page.get_by_role("button", name="Công bố", exact=True).click()
        shows(page)
        desk = page.url
        page.goto(f"{desk}tam-dung/")
        page.get_by_label("Lý do").fill(TYPED)
        page.get_by_role("button", name="Tạm dừng").click()
        shows(page)
        reader = pages.open(site.url)
        reader.goto(desk.replace("/soan-thao/", "/du-thao/"))
        shows(reader)
        for address in ("/", "/du-thao/", "/soan-thao/"):
            page.goto(address)
            harmless(page)

    def test_the_desk_and_its_answer(self, visit: Visit, site: LiveSite, places: dict[str, Place]) -> None:
        place = places["khoản 1 Điều 7"]
        office.send_comment(site, place, body=PLAIN, publish=True)
        page = visit(office.DRAFTER)
        page.goto(f"/tiep-thu/{place.consultation_id}/")
        page.get_by_role("main").get_by_role("link", name="Khoản 1 Điều 7", exact=True).click()
        shows(page)
        page.get_by_role("checkbox").first.check()
        page.get_by_label("Tên nhóm mới").fill(TYPED)
        page.get_by_role("button", name="Gom thành nhóm mới").click()
        shows(page)
        page.get_by_role("radio", name="Không tiếp thu").check()
        page.get_by_label("Nội dung giải trình").fill(TYPED)
        page.get_by_role("button", name="Gửi duyệt").click()
        shows(page)
        approver = visit(office.APPROVER)
        approver.goto(page.url)
        shows(approver)
        approver.get_by_label("Điều cần sửa").fill(TYPED)
        approver.get_by_role("button", name="Trả lại người soạn").click()
        shows(approver)


class TestAdministrator:
    def test_units(self, visit: Visit) -> None:
        page = visit(office.ADMINISTRATOR)
        page.goto("/quan-tri/co-quan/BCA/")
        page.get_by_label("Tên đơn vị").fill(TYPED)
        page.get_by_label("Mã ngắn").fill("XAU")
        page.get_by_role("button", name="Lập đơn vị").click()
        page.goto("/quan-tri/co-quan/BCA/")
        shows(page)
        page.goto("/quan-tri/")
        page.get_by_label("Tên hoặc mã cơ quan").fill(TYPED)
        page.get_by_role("button", name="Tìm").click()
        harmless(page)


class TestTooLong:
    """100,000 characters: refused in words, kept in the field, and the page stands."""

    def test_an_opinion_in_the_panel(self, pages: Pages, site: LiveSite, places: dict[str, Place]) -> None:
        page = pages.open(site.url)
        page.goto(places[CLAUSE].draft)
        form = steps.open_form(page, CLAUSE)
        steps.fill(form, "Hỏi", LONG)
        form.get_by_role("button", name="Lưu vào phiếu").click()
        _refused(page, steps.writing(page).get_by_label("Ý kiến của bạn"))
        pages.watch.forgive("422")

    def test_a_name(self, pages: Pages, site: LiveSite) -> None:
        page = pages.open(site.url)
        page.goto("/dang-ky/")
        _fill(page.get_by_label("Họ và tên, hoặc tên tổ chức"))
        page.get_by_role("button", name="Đăng ký").click()
        _refused(page, page.get_by_label("Họ và tên, hoặc tên tổ chức"))
        pages.watch.forgive("422")

    def test_a_guest_s_name(self, pages: Pages, site: LiveSite, places: dict[str, Place]) -> None:
        page = pages.open(site.url)
        steps.comment(page, places[CLAUSE], "Hỏi", "Ngắn.")
        page.goto(places[CLAUSE].review)
        _fill(page.get_by_label("Tên của bạn"))
        page.get_by_role("button", name="Gửi góp ý").last.click()
        _refused(page, page.get_by_label("Tên của bạn"))
        pages.watch.forgive("422")

    def test_a_reply(self, visit: Visit, pages: Pages, site: LiveSite, places: dict[str, Place]) -> None:
        office.send_comment(site, places["khoản 2 Điều 5"], body="Một ý kiến.", publish=True)
        page = visit(office.CITIZEN)
        page.goto(places["khoản 2 Điều 5"].page)
        page.get_by_role("link", name="Trả lời").first.click()
        _fill(page.get_by_label("Trả lời của bạn"))
        page.get_by_role("button", name="Gửi trả lời").click()
        _refused(page, page.get_by_label("Trả lời của bạn"))
        pages.watch.forgive("422")

    @pytest.mark.parametrize(("field", "button"), [("Tên dự thảo", "Lưu thiết lập"), ("Tóm tắt", "Lưu thiết lập")])
    def test_what_a_drafter_sets(self, visit: Visit, pages: Pages, site: LiveSite, field: str, button: str) -> None:
        number = office.unpublished_consultation(site, title=f"Luật Dài {field}")
        page = visit(office.DRAFTER)
        page.goto(f"/soan-thao/{number}/thiet-lap/")
        _fill(page.get_by_label(field))
        page.get_by_role("button", name=button).click()
        _refused(page, page.get_by_label(field))

    def test_words_that_are_searched(self, pages: Pages, site: LiveSite) -> None:
        page = pages.open(site.url)
        answer = page.goto("/tim-kiem/?q=" + "a" * 3_000)
        assert answer is not None
        assert answer.status == 200
        harmless(page)


def _fill(field: Locator) -> None:
    """As somebody who takes the browser's own bound away."""
    field.evaluate("el => el.removeAttribute('maxlength')")
    field.fill(LONG)


def _refused(page: Page, field: Locator) -> None:
    expect(page.get_by_role("alert").first).to_contain_text("dài")
    assert len(field.input_value().strip()) == len(LONG.strip())
    steps.must_fit(page)
