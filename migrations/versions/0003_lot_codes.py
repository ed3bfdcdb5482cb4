"""Find a lot by its code alone, as a scan does."""
from __future__ import annotations

from alembic import op

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.create_index('ix_stock_lot_code', 'stock_lot', ['code'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_stock_lot_code', table_name='stock_lot')
