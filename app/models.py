"""Every model, so that the metadata is whole wherever the app or Alembic starts."""

import accounts.models  # noqa: F401
import consultations.models  # noqa: F401
import core.files
import core.outbox  # noqa: F401
import forums.models  # noqa: F401
import moderation.models  # noqa: F401
import notifications.models  # noqa: F401
import opinions.models  # noqa: F401
import search.models  # noqa: F401
import surveys.models  # noqa: F401
