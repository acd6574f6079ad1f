"""Every model, so that the metadata is whole wherever the app or Alembic starts."""

import opinions.models  # noqa: F401
