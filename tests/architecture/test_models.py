"""Facts about the models that hold for every table."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Mapper, registry, relationship

import app.models  # noqa: F401  # fills the registry
from core.db import Base, UtcDateTime


def lazy_collections(mappers: Iterable[Mapper[object]]) -> list[str]:
    """Collections that would be loaded one by one, unseen: a page would need a query for each row."""
    return sorted(
        f"{mapper.class_.__name__}.{name}"
        for mapper in mappers
        for name, relation in mapper.relationships.items()
        if relation.uselist and relation.lazy not in ("raise", "write_only")
    )


def naive_moments(metadata: sa.MetaData) -> list[str]:
    """Columns of moments that do not keep UTC."""
    columns = (column for table in metadata.sorted_tables for column in table.columns)
    return [str(column) for column in columns if isinstance(column.type, sa.DateTime | sa.TIMESTAMP)]


def unnamed_constraints(metadata: sa.MetaData) -> list[str]:
    """Constraints without a name: a later migration could not drop them on every database."""
    return [
        table.name for table in metadata.sorted_tables for constraint in table.constraints if constraint.name is None
    ]


def test_collections_are_never_loaded_unseen() -> None:
    assert lazy_collections(Base.registry.mappers) == []


def test_moments_are_kept_in_utc() -> None:
    assert naive_moments(Base.metadata) == []


def test_constraints_have_names() -> None:
    assert unnamed_constraints(Base.metadata) == []


def test_planted_faults_are_found() -> None:
    planted = registry()

    @planted.mapped
    class Parent:
        __tablename__ = "parent"
        id = sa.Column(sa.Integer, primary_key=True)
        at = sa.Column(sa.DateTime(timezone=True))
        until = sa.Column(UtcDateTime)
        children = relationship("Child")

    @planted.mapped
    class Child:
        __tablename__ = "child"
        id = sa.Column(sa.Integer, primary_key=True)
        parent_id = sa.Column(sa.Integer, sa.ForeignKey("parent.id"))
        parent = relationship("Parent", viewonly=True)

    planted.configure()
    assert lazy_collections(planted.mappers) == ["Parent.children"]
    assert naive_moments(planted.metadata) == ["parent.at"]
    assert set(unnamed_constraints(planted.metadata)) == {"parent", "child"}
