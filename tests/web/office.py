"""What a site holds before somebody opens its pages: staff, a draft made from a real law, a consultation."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from accounts.models import Agency, Person, Role
from consultations.models import Comment, Consultation, GuestPolicy, Provision, Submission
from consultations.queries import desk
from consultations.queries.drafts import Owner
from consultations.queries.tree import Node as TreeNode
from consultations.services import drafting, publishing
from core import clock
from core.db import db, transaction
from legal.nodes import Kind, Node
from moderation import services as moderation
from moderation.models import ReviewStatus
from opinions.models import Decision
from opinions.services import answering, grouping
from tests import factories
from tests.legal import documents, word
from tests.support.databases import make_app
from tests.support.site import LiveSite

AGENCY = "BCA"
TITLE = "Luật An ninh mạng (sửa đổi)"
ARTICLES = ("1", "2", "5", "7", "26", "41")
CLAUSE, POINT, OTHER_POINT = "khoản 3 Điều 26", "điểm đ khoản 1 Điều 5", "điểm b khoản 2 Điều 26"
PASSWORD = factories.PASSWORD

DRAFTER, APPROVER = "soan.thao@example.vn", "duyet@example.vn"
MODERATOR, SECOND_MODERATOR = "kiem.duyet@example.vn", "kiem.duyet.2@example.vn"
ADMINISTRATOR, CITIZEN = "quan.tri@example.vn", "lan.huong@example.vn"

STAFF = (
    (DRAFTER, "Trần Văn Soạn", Role.DRAFTER),
    (APPROVER, "Lê Thị Duyệt", Role.APPROVER),
    (MODERATOR, "Phạm Minh Kiểm", Role.MODERATOR),
    (SECOND_MODERATOR, "Vũ Thu Hà", Role.MODERATOR),
    (ADMINISTRATOR, "Đỗ Quản Trị", Role.ADMINISTRATOR),
)


@dataclass(frozen=True)
class Place:
    """One provision of a consultation: where it is read and written about, and its own words."""

    consultation_id: int
    lineage_id: int
    citation: str
    text: str

    @property
    def draft(self) -> str:
        return f"/du-thao/{self.consultation_id}/"

    @property
    def page(self) -> str:
        return f"{self.draft}dieu-khoan/{self.lineage_id}/"

    @property
    def write(self) -> str:
        return f"{self.draft}gop-y?dieu-khoan={self.lineage_id}"

    @property
    def review(self) -> str:
        return f"{self.draft}phieu/"


@contextmanager
def inside(site: LiveSite) -> Iterator[None]:
    """In the database of a running site, in one transaction that is committed at the end and wakes its worker."""
    app = make_app(site.database_url, site.folder, {"WAKE_WORKER": True, "SITE_URL": site.url})
    with app.app_context():
        try:
            with transaction():
                yield
        finally:
            db.session.remove()
            db.engine.dispose()


# --- drafts


def law_file(*, without_article: str = "") -> bytes:
    """The law on cyber security as a .docx with typed numbers, whole or with one Điều left out."""
    if not without_article:
        return word.law(documents.outline("07"), automatic=False)
    articles = (node for node in documents.outline("07").walk() if node.kind is Kind.ARTICLE)
    lines = ["LUẬT", "AN NINH MẠNG"]
    for article in articles:
        lines += _lines(article) if article.number != without_article else []
    return word_file("\n".join(lines))


def word_file(text: str) -> bytes:
    """A text as a .docx, a paragraph a line."""
    return word.package("".join(word.paragraph(line) for line in text.splitlines() if line.strip()))


def short_law(articles: Sequence[str] = ARTICLES) -> bytes:
    """A few Điều of the same law as plain text, with their own numbers: quick to show, with every kind of provision."""
    lines = ["LUẬT", "AN NINH MẠNG", "Chương I", "NHỮNG QUY ĐỊNH CHUNG"]
    for number in articles:
        lines += _lines(documents.article("07", number))
    return "\n".join(lines).encode()


def _lines(node: Node) -> list[str]:
    """The printed lines of a node and of all below it."""
    lines: list[str] = []
    for one in node.walk():
        text = one.text.split("\n") if one.text else []
        first = one.heading or (text.pop(0) if text else "")
        lines += [f"{one.label} {first}".strip(), *text]
    return lines


# --- what is there before


def hire(site: LiveSite) -> None:
    """The staff of one ministry, and one citizen; all sign in with PASSWORD."""
    with inside(site):
        agency = db.session.scalars(sa.select(Agency).where(Agency.code == AGENCY)).one()
        for email, name, role in STAFF:
            factories.make_staff(role, agency, email=email, full_name=name, public_name=name)
        factories.make_person(email=CITIZEN, full_name="Nguyễn Lan Hương", public_name="Lan Hương")


def open_consultation(
    site: LiveSite,
    *,
    title: str = TITLE,
    guests: GuestPolicy = GuestPolicy.CONFIRMED,
    articles: Sequence[str] = ARTICLES,
) -> dict[str, Place]:
    """A consultation on a few real articles, open for three weeks; its provisions by citation."""
    with inside(site):
        consultation = _draft(title, guests, articles)
        publishing.publish(consultation, by=None)
        rows = db.session.execute(
            sa.select(Provision.citation, Provision.lineage_id, Provision.text).where(
                Provision.version_id == desk.get_version(consultation.id).id
            )
        )
        return {row.citation: Place(consultation.id, row.lineage_id, row.citation, row.text) for row in rows}


def unpublished_consultation(site: LiveSite, *, title: str = "Luật Chưa công bố") -> int:
    """A consultation that only its drafters see; its id."""
    with inside(site):
        return _draft(title, GuestPolicy.CONFIRMED, ("1", "5")).id


def nodes_of(site: LiveSite, consultation_id: int) -> dict[str, int]:
    """The lineages of the latest version's nodes by citation."""
    with inside(site):
        nodes = desk.list_tree(desk.get_version(consultation_id))
        return {node.citation: node.lineage_id for root in nodes for node in _below(root)}


def _below(node: TreeNode) -> list[TreeNode]:
    return [node, *(one for child in node.children for one in _below(child))]


def send_comment(site: LiveSite, *places: Place, body: str = "", publish: bool = False, email: str = "") -> str:
    """A submission of some citizen, or of this one, with a comment on each place; its receipt code as it is stored."""
    with inside(site):
        person = _person(email) if email else factories.make_person()
        consultation = db.session.get_one(Consultation, places[0].consultation_id)
        sent = factories.make_submission(consultation, *map(_provision, places), person=person, body=body)
        if publish:
            _publish(sent)
        return sent.receipt_code


def answer(site: LiveSite, place: Place, *, title: str = "Nhóm chờ trả lời", publish: bool = False) -> int:
    """The comments on a provision put into a group whose answer waits for its approver, or is published; its id."""
    with inside(site):
        comments = db.session.scalars(sa.select(Comment).where(Comment.place == place.lineage_id)).all()
        consultation = db.session.get_one(Consultation, place.consultation_id)
        drafter, approver = _person(DRAFTER), _person(APPROVER)
        group = grouping.create_group(
            consultation,
            comments[0].document_id,
            place.lineage_id,
            [one.id for one in comments],
            title=title,
            by=drafter,
        )
        response = answering.draft_response(
            group,
            decision=Decision.ACCEPTED,
            reason="Cơ quan chủ trì tiếp thu ý kiến này.",
            resulting_text="Câu chữ sau khi tiếp thu.",
            by=drafter,
            version=0,
        )
        answering.submit_response(response, by=drafter, version=response.version)
        if publish:
            answering.publish_response(response, by=approver, version=response.version)
        return group.id


def leave_unsent(site: LiveSite, email: str, *places: Place) -> None:
    """What somebody has written and not sent."""
    with inside(site):
        consultation = db.session.get_one(Consultation, places[0].consultation_id)
        owner = Owner("0" * 64, _person(email).id)
        factories.make_unsent(consultation, *map(_provision, places), owner=owner)


def received(site: LiveSite, consultation_id: int) -> list[str]:
    """The texts of every comment of a consultation, oldest first."""
    with inside(site):
        found = sa.select(Comment.body).where(Comment.consultation_id == consultation_id).order_by(Comment.id)
        return list(db.session.scalars(found))


def count_submissions(site: LiveSite, consultation_id: int) -> int:
    """How many submissions a consultation has received."""
    with inside(site):
        counted = sa.select(sa.func.count()).where(Submission.consultation_id == consultation_id)
        return db.session.scalars(counted).one()


def _draft(title: str, guests: GuestPolicy, articles: Sequence[str]) -> Consultation:
    read = drafting.read_draft(io.BytesIO(short_law(articles)), "du-thao.txt", limit=2**20)
    kind = desk.find_kind("luat")
    assert kind is not None
    settings = drafting.Settings(
        title=title,
        summary="Dự thảo nói về bảo vệ an ninh mạng và trách nhiệm của doanh nghiệp.",
        kind=kind,
        opens=clock.today(),
        closes=clock.today() + timedelta(days=21),
        guests=guests,
    )
    agency = db.session.scalars(sa.select(Agency).where(Agency.code == AGENCY)).one()
    return drafting.create_consultation(agency, read, settings, by=None)


def _provision(place: Place) -> Provision:
    return db.session.scalars(sa.select(Provision).where(Provision.lineage_id == place.lineage_id)).one()


def _person(email: str) -> Person:
    return db.session.scalars(sa.select(Person).where(Person.email == email)).one()


def _publish(sent: Submission) -> None:
    moderator = _person(MODERATOR)
    for comment in factories.comments_of(sent):
        case = factories.case_of(comment)
        moderation.decide(case.id, ReviewStatus.PUBLISHED, by=moderator, version=case.version)


def first_comment(site: LiveSite, place: Place) -> tuple[int, int]:
    """The id of the oldest comment on a provision, and that of its document."""
    with inside(site):
        found = sa.select(Comment).where(Comment.place == place.lineage_id).order_by(Comment.id)
        comment = db.session.scalars(found).first()
        assert comment is not None
        return comment.id, comment.document_id
