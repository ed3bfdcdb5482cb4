"""What the carrier collects for an order, and which of its parcels collects it."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'

TABLES = ('sales_order', 'waybill')


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column('cod', sa.Numeric(14, 2), server_default='0', nullable=False))
        op.create_check_constraint(op.f(f'ck_{table}_cod_not_negative'), table, 'cod >= 0')


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_constraint(op.f(f'ck_{table}_cod_not_negative'), table)
        op.drop_column(table, 'cod')
