"""Shops whose orders are to be compared with what is here, until that was done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0041'
down_revision = '0040'


def upgrade() -> None:
    op.add_column('channel_account', sa.Column('compare_since', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('channel_account', 'compare_since')
