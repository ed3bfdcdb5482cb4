"""Moves of one reference in the sequence of their ids: an import writes a million of them under one name."""
from __future__ import annotations

from alembic import op

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    op.create_index('ix_stock_move_about', 'stock_move', ['reference', 'id'], unique=False)
    op.drop_index('ix_stock_move_reference', table_name='stock_move')


def downgrade() -> None:
    op.create_index('ix_stock_move_reference', 'stock_move', ['reference'], unique=False)
    op.drop_index('ix_stock_move_about', table_name='stock_move')
