"""Every model, so that the metadata is whole wherever the app or Alembic starts."""

import accounts.models
import consultations.models
import core.files
import core.outbox
import forums.models
import moderation.models
import notifications.models
import opinions.models
import search.models
import surveys.models
