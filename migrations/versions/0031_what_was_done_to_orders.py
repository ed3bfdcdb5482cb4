"""What shops tell of an order besides: who buys, which place it is, when it was paid; and what is done to orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0031'
down_revision = '0030'


def upgrade() -> None:
    op.add_column('sales_order', sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True))
    for name in ('seller_remark', 'buyer', 'address_id'):
        op.add_column('sales_order', sa.Column(name, sa.String(), server_default='', nullable=False))
    op.create_table(
        'order_history',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('order_id', sa.BigInteger(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('person_id', sa.BigInteger(), nullable=True),
        sa.Column('action', sa.String(), nullable=False),
        sa.Column('params', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_order_history_order_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_order_history_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_order_history')),
    )
    op.create_index('ix_order_history_order', 'order_history', ['order_id', 'id'], unique=False)


def downgrade() -> None:
    op.drop_table('order_history')
    for name in ('address_id', 'buyer', 'seller_remark', 'paid_at'):
        op.drop_column('sales_order', name)
