"""``danban demo``: the site with sample drafts, opinions and answers, on a folder of its own."""

import os

import click

from accounts.seed import seed_agencies
from app import database, supervisor
from app.cli import run
from app.config import ROOT
from app.factory import create_app
from consultations.seed import seed_document_kinds
from core import outbox
from core.db import transaction
from core.i18n import gettext as _
from demo import people, seed

FOLDER = "instance-demo"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--only-seed", is_flag=True, help="Prepare everything, but do not serve.")
def demo(host: str, port: int, only_seed: bool) -> None:
    """Sample drafts with opinions and answers, then web and worker in the foreground. May be run again."""
    os.environ["DANBAN_DEMO"] = "1"
    os.environ.setdefault("DANBAN_INSTANCE", str(ROOT / FOLDER))
    os.environ.setdefault("SITE_URL", f"http://{host}:{port}")
    supervisor.run_apart(prepare)
    if not only_seed:
        click.echo(f"\nhttp://{host}:{port}   (Ctrl+C)\n")
        click.get_current_context().invoke(run.serve, host=host, port=port)


def prepare() -> None:
    """Database, seeds and sample data; what is there from an earlier run stays. Prints the sign-ins."""
    app = create_app({"WAKE_WORKER": False})
    with app.app_context():
        database.upgrade(app)
        with transaction():
            seed_document_kinds()
            seed_agencies()
        if seed.is_seeded():
            click.echo(_("Dữ liệu trình diễn đã có từ lần chạy trước."))
        else:
            click.echo(_("Đang tạo dữ liệu trình diễn: dự thảo, ý kiến, trả lời …"))
            seed.seed()
            outbox.drain()
        click.echo()
        click.echo(_("Đăng nhập thử, mật khẩu chung: %(password)s", password=people.PASSWORD))
    for sign_in in people.sign_ins():
        click.echo(f"  {sign_in.email:<36} {sign_in.who}")
