"""Records of catalogues are remembered, so that a title added later is judged by them.

Revision: 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add a column beside the texts."""
    op.add_column("texts", sa.Column("data", sa.JSON(), nullable=True))
