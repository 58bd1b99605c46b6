"""Texts of feeds are kept as they came, and laid out when they are read.

Revision: 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add columns beside the blocks."""
    op.add_column("texts", sa.Column("markup", sa.Text(), nullable=True))
    op.add_column("texts", sa.Column("base", sa.Text(), nullable=True))
