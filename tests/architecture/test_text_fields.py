"""No text field is forgotten: each is typed into by the published payloads."""

from tests.web.hostile import fields


def test_every_text_field_gets_the_published_payloads() -> None:
    """Add a step to tests/web/hostile that fills the new field in, and its name to stored.txt."""
    missing = fields.text_fields() - fields.listed()
    assert not missing, f"no step of tests/web/hostile fills in {sorted(missing)}"


def test_what_is_listed_is_there() -> None:
    gone = fields.listed() - fields.text_fields()
    assert not gone, f"these fields are no more: {sorted(gone)}"
