"""The agencies of the country."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from accounts.models import Agency, AgencyKind
from accounts.queries import get_agency, name_on
from accounts.seed import seed_agencies
from tests.factories import make_agency


class TestSeedAgencies:
    def test_seeds_them_all_once_and_leaves_what_stands(self, session: scoped_session[Session]) -> None:
        own = make_agency(code="BYT", name="Bộ Y tế của chúng tôi")
        assert seed_agencies() == 5 + 16 + 34 + 3321
        assert seed_agencies() == 0
        assert own.name == "Bộ Y tế của chúng tôi"
        counts = {row.kind: row.n for row in session.execute(
            sa.select(Agency.kind, sa.func.count().label("n")).group_by(Agency.kind)
        )}  # fmt: skip
        assert counts == {
            AgencyKind.CENTRAL: 5,
            AgencyKind.MINISTRY: 17,
            AgencyKind.PROVINCE: 34,
            AgencyKind.COMMUNE: 3321,
        }

    def test_builds_the_tree_and_knows_former_names(self, session: scoped_session[Session]) -> None:
        seed_agencies()
        province, commune, ministry = get_agency("75"), get_agency("26485"), get_agency("bgdđt")
        assert ministry.name == "Bộ Giáo dục và Đào tạo"
        assert (ministry.path, ministry.parent_id) == (f"/{ministry.id}/", None)
        assert (commune.parent_id, commune.path) == (province.id, f"/{province.id}/{commune.id}/")
        assert province.name == "Ủy ban nhân dân thành phố Đồng Nai"
        assert commune.name == "Ủy ban nhân dân phường Nhơn Trạch"
        assert name_on(province, date(2026, 4, 29)) == "Ủy ban nhân dân tỉnh Đồng Nai"
        assert name_on(province, date(2026, 4, 30)) == "Ủy ban nhân dân thành phố Đồng Nai"
        assert name_on(commune, date(2025, 7, 1)) == "Ủy ban nhân dân xã Nhơn Trạch"
        wrong = session.scalar(
            sa.select(sa.func.count())
            .select_from(Agency)
            .where(~Agency.path.endswith(sa.cast(Agency.id, sa.String) + "/"))
        )
        assert wrong == 0
