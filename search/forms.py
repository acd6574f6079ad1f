"""The search form: all of it in the address, so that a search can be sent to somebody."""

from collections.abc import Sequence

from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from core import clock
from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from search.analysis import terms
from search.engines.base import Facet, SearchQuery, Sort
from search.query import parse
from search.registry import sources

PAGE = 20
DEEPEST = 2000


class SearchForm(BaseForm):
    """Nothing in it is required; what cannot be understood is as if it were not said."""

    class Meta(BaseForm.Meta):
        csrf = False

    q = StringField(_l("Tìm trong dự thảo và ý kiến"))
    type = SelectField(_l("Tìm trong"), name="loai", validators=[Optional()])
    consultation = SelectField(_l("Đợt lấy ý kiến"), name="dot", validators=[Optional()])
    stance = SelectField(_l("Lập trường"), name="lap-truong", validators=[Optional()])
    date_from = DateField(_l("Từ ngày"), name="tu", validators=[Optional()])
    date_to = DateField(_l("Đến ngày"), name="den", validators=[Optional()])
    sort = SelectField(_l("Xếp theo"), name="sap-xep", validators=[Optional()])
    lineage = IntegerField(name="dieu-khoan", widget=HiddenInput(), validators=[Optional()])
    offset = IntegerField(name="tu-muc", widget=HiddenInput(), validators=[Optional()])

    def offer(self, consultations: Sequence[tuple[int, str]]) -> None:
        """Fill in what can be chosen."""
        self.type.choices = [("", _("Tất cả")), *((name, source.label()) for name, source in sources().items())]
        self.consultation.choices = [("", _("Mọi đợt")), *((str(id_), title) for id_, title in consultations)]
        self.stance.choices = [
            ("", _("Mọi lập trường")),
            ("support", _("Ủng hộ")),
            ("amend", _("Đề nghị sửa")),
            ("oppose", _("Không đồng ý")),
            ("ask", _("Hỏi")),
        ]
        self.sort.choices = [("", _("Sát nhất")), (str(Sort.NEWEST), _("Mới nhất")), (str(Sort.OLDEST), _("Cũ nhất"))]

    def query(self) -> SearchQuery:
        """What is asked for, of the fields that could be understood."""
        good = {name: field.data for name, field in self._fields.items() if not field.errors and field.data}
        start, end = good.get("date_from"), good.get("date_to")
        only: dict[Facet, tuple[str | int, ...]] = {}
        if "type" in good:
            only[Facet.TYPE] = (good["type"],)
        if "consultation" in good:
            only[Facet.CONSULTATION] = (int(good["consultation"]),)
        if "lineage" in good:
            only[Facet.LINEAGE] = (good["lineage"],)
        if "stance" in good:
            only[Facet.STANCE] = (good["stance"],)
        return SearchQuery(
            words=parse(good.get("q", ""), terms),
            only=only,
            date_from=clock.start_of(start) if start else None,
            date_to=clock.end_of(end) if end else None,
            offset=min(max(good.get("offset", 0), 0), DEEPEST),
            limit=PAGE,
            sort=Sort(good.get("sort", Sort.RELEVANCE)),
        )
