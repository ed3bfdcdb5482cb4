"""Floors of more than one block, with one-way aisles and obstacles; the walks that a wave is measured against; what carts hold."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0017'
down_revision = '0016'

ROOM = ('tote_volume_ml', 'tote_weight_g', 'cart_volume_ml', 'cart_weight_g')
LISTS = ('cross_aisles_mm', 'one_way', 'obstacles')


def upgrade() -> None:
    for name in LISTS:
        op.add_column(
            'warehouse',
            sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False),
        )
    op.add_column('wave', sa.Column('baseline_walks', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_table(
        'cart_room',
        sa.Column('warehouse_id', sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ROOM),
        sa.CheckConstraint(
            'tote_volume_ml > 0 AND tote_weight_g > 0 AND cart_volume_ml > 0 AND cart_weight_g > 0',
            name=op.f('ck_cart_room_limits_positive'),
        ),
        sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_cart_room_warehouse_id')),
        sa.PrimaryKeyConstraint('warehouse_id', name=op.f('pk_cart_room')),
    )


def downgrade() -> None:
    op.drop_table('cart_room')
    op.drop_column('wave', 'baseline_walks')
    for name in reversed(LISTS):
        op.drop_column('warehouse', name)
