"""What a person who moves goods has in hand."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    op.create_table('stock_hand',
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('holds', JSONB(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_stock_hand_person_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_stock_hand_warehouse_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_stock_hand'))
    )


def downgrade() -> None:
    op.drop_table('stock_hand')
