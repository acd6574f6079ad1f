"""Take the pictures of docs/images/ anew: ``make screenshots``.

Seeds the demonstration into a temporary folder, serves it on a free port, and drives Chromium through it at two widths.
Nothing outside docs/images/ is touched. Look at every picture before you keep it.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from demo.people import PASSWORD, address  # noqa: E402  # found only now
from tests.support import chromium  # noqa: E402  # needs the path
from tests.support.postgres import free_port  # noqa: E402  # needs the path

IMAGES = ROOT / "docs" / "images"
SEED_SECONDS, START_SECONDS, STOP_SECONDS = 600, 60, 30
LARGEST_KB, LARGEST_TOTAL_KB = 300, 5_500
NARROW = 500
SIZES = {390: (844, 1.5), 1280: (860, 1.0)}
"""Width → height and pixels for each CSS pixel; a picture shows what a person sees before scrolling."""

OPEN, ANSWERED, CLOSED = "Luật Bảo hiểm y tế (sửa đổi)", "Nghị định về công tác văn thư", "bảo hiểm xã hội bắt buộc"
READ, DISPUTED = "dieu-22-khoan-4-diem-d", "dieu-22-khoan-4-diem-g"
"""Anchors in the open draft: where the picture of reading begins, and the point that people argue about."""


LAW = "08_nghi_dinh_30_2020_noi_dung.md"
"""The text of ANSWERED."""
EDITED = ("do cơ quan, tổ chức ban hành.", "do cơ quan, tổ chức, doanh nghiệp ban hành.")
REPLACED = {
    6: '"Số hóa" là việc chuyển giấy tờ sang dữ liệu số bằng máy quét hoặc phần mềm.',
    13: '"Trục liên thông" nối các hệ thống của bộ, tỉnh với nhau để trao đổi dữ liệu đã ký số.',
}
"""Clauses of Điều 3 that say something else in the next version, and in the one after it."""


@dataclass(frozen=True)
class Shot:
    """One page: its name, who looks at it (a local part of the demonstration's addresses), and how to get there."""

    name: str
    who: str | None
    go: Callable[[Page], None]


# --- ways


def consultation(page: Page, title: str, phase: str = "") -> None:
    """The reading page of the draft with this title."""
    page.goto(f"/du-thao/?giai-doan={phase}" if phase else "/du-thao/")
    page.locator("main a", has_text=title).first.click()
    page.wait_for_url("**/du-thao/*/")


def home(page: Page) -> None:
    page.goto("/")


def reading(page: Page) -> None:
    consultation(page, OPEN)
    page.goto(f"{page.url}#{READ}")


def panel(page: Page) -> None:
    """The form of an opinion, with the wording changed; opened where the screen has room for it."""
    consultation(page, OPEN)
    page.goto(f"{page.url}#{DISPUTED}")
    page.locator(f"#{DISPUTED} [data-gop-y]").click()
    page.locator("textarea[name=body]").wait_for()
    page.locator("label", has_text="Đề nghị sửa").first.click()
    page.locator("textarea[name=body]").fill("Bệnh nặng thì tỉnh không đủ thuốc. Mức 40% khiến nhiều nhà phải vay.")
    wording = page.locator("textarea[name=proposed_text]")
    details = page.locator("details", has=wording)
    was_open = details.get_attribute("open") is not None
    if not was_open:
        details.locator("summary").click()
    wording.fill(wording.input_value().replace("40% mức hưởng", "60% mức hưởng"))
    wording.blur()
    page.wait_for_timeout(400)
    if not was_open and page.evaluate("innerWidth") < NARROW:
        details.locator("summary").click()


def review(page: Page) -> None:
    """What was kept, before it is sent."""
    panel(page)
    page.locator("button[type=submit]", has_text="Lưu").first.click()
    page.wait_for_load_state("networkidle")
    consultation(page, OPEN)
    page.goto(page.url.split("#")[0] + "phieu/")


def provision(page: Page) -> None:
    """The opinions on one provision, with the agency's answer."""
    consultation(page, ANSWERED, "da-dong")
    page.locator(".law a[href*='dieu-khoan/']").first.click()
    page.wait_for_url("**/dieu-khoan/*/")


def receipt(page: Page) -> None:
    """A submission that was answered."""
    page.goto("/y-kien-cua-toi/")
    page.locator("main a[href*='/bien-nhan/']").last.click()
    page.wait_for_url("**/bien-nhan/**")
    page.evaluate("scrollTo(0, 0)")


def search(page: Page) -> None:
    page.goto("/tim-kiem/?q=kham+chua+benh")


def queue(page: Page) -> None:
    page.goto("/kiem-duyet/")


def moderation_log(page: Page) -> None:
    page.goto("/kiem-duyet/nhat-ky/")


def desk(page: Page) -> None:
    page.goto("/soan-thao/")


def tree(page: Page) -> None:
    """The parsed draft beside its warnings, before publication."""
    page.goto("/soan-thao/")
    page.locator("main a", has_text="Luật sửa đổi, bổ sung").first.click()
    page.wait_for_url("**/soan-thao/*/")
    page.goto(page.url + "dieu-khoan/")


def pairing(page: Page) -> None:
    """A next version beside the one before; uploaded unless it is there, another text each time."""
    page.goto("/soan-thao/")
    page.locator("main a", has_text=ANSWERED).first.click()
    page.wait_for_url("**/soan-thao/*/")
    page.goto(page.url + "ban-moi/")
    upload = page.locator("main input[type=file]")
    if upload.count():
        text = (ROOT / "demo" / "legal" / LAW).read_text().replace(*EDITED)
        for clause, words in list(REPLACED.items())[: 1 if page.evaluate("innerWidth") < NARROW else 2]:
            text = re.sub(rf"^{clause}\. .*$", f"{clause}. {words}", text, count=1, flags=re.MULTILINE)
        upload.set_input_files({"name": LAW, "mimeType": "text/plain", "buffer": text.encode()})
        page.locator("main button", has_text="Tải lên và ghép").click()
        page.wait_for_load_state("networkidle")
    if page.evaluate("innerWidth") < NARROW:
        page.locator("h2#cap").evaluate("heading => heading.scrollIntoView()")


def mending(page: Page) -> None:
    """A node of the next version's tree."""
    pairing(page)
    page.get_by_role("link", name="Sửa cây điều khoản").click()
    page.wait_for_url("**/dieu-khoan/")
    page.goto(page.url + "?mo=het")
    page.get_by_role("link", name="Sửa khoản 5 Điều 3", exact=True).click()
    page.wait_for_url("**/dieu-khoan/*/")


def comparing(page: Page) -> None:
    """Both versions, once the next one is published."""
    pairing(page)
    while (right := page.get_by_role("button", name=re.compile("^Đúng"))).count():
        right.first.click()
        page.wait_for_load_state("networkidle")
    page.locator("main button", has_text="Công bố dự thảo").click()
    page.wait_for_url("**/soan-thao/*/")
    page.goto(page.url.replace("/soan-thao/", "/du-thao/") + "so-sanh")


def opinions(page: Page) -> None:
    """All provisions with what was said about each."""
    page.goto("/tiep-thu/")
    page.locator("main a", has_text=CLOSED).first.click()
    page.wait_for_url("**/tiep-thu/*/")


def answering(page: Page) -> None:
    """The comments on one provision, and its groups."""
    opinions(page)
    page.locator("main a", has_text=re.compile("khoản 2 Điều 29", re.IGNORECASE)).first.click()
    page.wait_for_url("**/tiep-thu/*/*/*/")


def group(page: Page) -> None:
    """A group with the agency's response."""
    answering(page)
    page.locator("main a[href*='/nhom/']").first.click()
    page.wait_for_url("**/nhom/*/")


def agency(page: Page) -> None:
    page.goto("/quan-tri/co-quan/BYT/")


SHOTS = (
    Shot("home", None, home),
    Shot("reading", None, reading),
    Shot("panel", "nguoi-dan-3", panel),
    Shot("review", "nguoi-dan-3", review),
    Shot("provision", None, provision),
    Shot("receipt", "nguoi-dan", receipt),
    Shot("search", None, search),
    Shot("queue", "kiem-duyet.byt", queue),
    Shot("log", "kiem-duyet.bnv", moderation_log),
    Shot("desk", "soan-thao.byt", desk),
    Shot("tree", "soan-thao.byt", tree),
    Shot("opinions", "soan-thao.bnv", opinions),
    Shot("answering", "soan-thao.bnv", answering),
    Shot("group", "duyet.bnv", group),
    Shot("agency", "quan-tri.byt", agency),
    Shot("pairing", "soan-thao.bnv", pairing),
    Shot("mending", "soan-thao.bnv", mending),
    Shot("comparing", "soan-thao.bnv", comparing),
)


# --- the camera


def take(browser: Browser, url: str, width: int, shots: tuple[Shot, ...]) -> list[str]:
    """Take these pictures at one width; returns a sentence for each that failed."""
    height, scale = SIZES[width]
    troubles = []
    for who in dict.fromkeys(shot.who for shot in shots):
        context = browser.new_context(
            base_url=url,
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            is_mobile=width < NARROW,
            has_touch=width < NARROW,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            color_scheme="light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        if who:
            sign_in(page, who)
        for shot in (shot for shot in shots if shot.who == who):
            troubles += picture(page, shot, width)
        context.close()
    return troubles


def sign_in(page: Page, who: str) -> None:
    page.goto("/dang-nhap/")
    page.locator("input[name=email]").fill(address(who))
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_load_state("networkidle")


def picture(page: Page, shot: Shot, width: int) -> list[str]:
    target = IMAGES / f"{shot.name}-{width}.png"
    try:
        shot.go(page)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(150)
        page.screenshot(path=target)
    except Exception as error:  # one page that fails should not hide how the others look
        return [f"{target.name}: {str(error).splitlines()[0]} ({page.url})"]
    size = target.stat().st_size // 1024
    print(f"{target.relative_to(ROOT)}  {size} KB")
    return [f"{target.name}: {size} KB, at most {LARGEST_KB}"] if size > LARGEST_KB else []


# --- the site


@contextmanager
def demonstration(folder: Path) -> Iterator[str]:
    """The demonstration, seeded and served; gives its address."""
    port = free_port()
    environ = os.environ | {"DANBAN_INSTANCE": str(folder), "PYTHONUNBUFFERED": "1"}
    for name in ("DATABASE_URL", "REDIS_URL", "MAIL_URL", "SECRET_KEY", "SITE_URL"):
        environ.pop(name, None)
    command = [sys.executable, "-m", "app.cli", "demo", "--host", "127.0.0.1", "--port", str(port)]
    subprocess.run([*command, "--only-seed"], env=environ, cwd=ROOT, check=True, timeout=SEED_SECONDS)
    site = subprocess.Popen(command, env=environ, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_for(f"http://127.0.0.1:{port}", site)
        yield f"http://127.0.0.1:{port}"
    finally:
        site.send_signal(signal.SIGTERM)
        try:
            site.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            site.kill()


def wait_for(url: str, site: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and site.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  # our own http address
                return
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{url} answered {error.code}") from None
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The demonstration does not answer.")


def main() -> None:
    """``screenshots.py [name …]``: all pictures, or those named."""
    wanted = tuple(shot for shot in SHOTS if not sys.argv[1:] or shot.name in sys.argv[1:])
    executable = chromium.find_chromium()
    if executable is None:
        raise SystemExit("Chromium is not installed: apt-get install chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demonstration(Path(folder)) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=chromium.flags())
        troubles = [trouble for width in SIZES for trouble in take(browser, url, width, wanted)]
        browser.close()
    total = sum(path.stat().st_size for path in IMAGES.glob("*.png")) // 1024
    if total > LARGEST_TOTAL_KB:
        troubles.append(f"all pictures together: {total} KB, at most {LARGEST_TOTAL_KB}")
    if troubles:
        raise SystemExit("\n".join(troubles))


if __name__ == "__main__":
    main()
