"""Waybills whose parcels go to somebody else than was said when their numbers were asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0038'
down_revision = '0037'


def upgrade() -> None:
    op.add_column('waybill', sa.Column('change', sa.String(), nullable=True))
    op.add_column('waybill', sa.Column('changes', sa.BigInteger(), server_default='0', nullable=False))
    op.create_check_constraint(op.f('ck_waybill_change_known'), 'waybill', "change IS NULL OR change IN ('asked', 'refused')")


def downgrade() -> None:
    op.drop_constraint(op.f('ck_waybill_change_known'), 'waybill', type_='check')
    op.drop_column('waybill', 'changes')
    op.drop_column('waybill', 'change')
