"""Every model, so that the metadata is whole wherever the app or Alembic starts."""

import accounts.models  # noqa: F401  # its tables
import consultations.models  # noqa: F401  # its tables
import core.files
import core.outbox  # noqa: F401  # its tables
import forums.models  # noqa: F401  # its tables
import moderation.models  # noqa: F401  # its tables
import notifications.models  # noqa: F401  # its tables
import opinions.models  # noqa: F401  # its tables
import search.models  # noqa: F401  # its tables
import surveys.models  # noqa: F401  # its tables
