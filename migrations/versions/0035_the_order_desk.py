"""The order desk: actions on many orders with what became of each, tags, and what its queues need of indexes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0035'
down_revision = '0034'


# The state of an order; as wms.orders.models.STATE_SQL was when this was written.
STATE = """(CASE
    WHEN refund = 'refunded' THEN 'refunded'
    WHEN refund = 'asked' THEN 'refunding'
    WHEN confirmation = 'cancelled' THEN 'cancelled'
    WHEN shipping = 'shipped' THEN 'shipped'
    WHEN processing = 'packed' THEN 'ready_to_go'
    WHEN processing = ANY (ARRAY['picked', 'picking', 'short', 'waved']) THEN 'in_process'
    WHEN payment = 'paid' THEN 'to_process'
    WHEN confirmation = 'confirmed' THEN 'to_pay'
    ELSE 'unconfirmed'
END)"""


def upgrade() -> None:
    op.create_table(
        'order_bulk',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
        sa.Column('action', sa.String(), nullable=False),
        sa.Column('options', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('person_id', sa.BigInteger(), nullable=True),
        sa.Column('by', sa.String(), nullable=False),
        sa.Column('status', sa.String(), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('doing', 'done', 'looked', 'looking', 'undoing', 'undone')",
            name=op.f('ck_order_bulk_status_known'),
        ),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_order_bulk_person_id')),
        sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_order_bulk_warehouse_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_order_bulk')),
    )
    op.create_index(
        'ix_order_bulk_at_work', 'order_bulk', ['status'], unique=False,
        postgresql_where=sa.text("status = ANY (ARRAY['looking'::text, 'doing'::text, 'undoing'::text])"),
    )
    op.create_index('ix_order_bulk_person', 'order_bulk', ['warehouse_id', 'person_id', 'id'], unique=False)
    op.create_table(
        'order_bulk_item',
        sa.Column('bulk_id', sa.BigInteger(), nullable=False),
        sa.Column('nr', sa.BigInteger(), nullable=False),
        sa.Column('order_id', sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True)
            for name in ('seen', 'foreseen', 'outcome', 'undone', 'kept')
        ),
        sa.ForeignKeyConstraint(
            ['bulk_id'], ['order_bulk.id'], name=op.f('fk_order_bulk_item_bulk_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_order_bulk_item_order_id')),
        sa.PrimaryKeyConstraint('bulk_id', 'nr', name=op.f('pk_order_bulk_item')),
    )
    op.create_index(op.f('ix_order_bulk_item_order_id'), 'order_bulk_item', ['order_id'], unique=False)
    op.create_index(
        'ix_sales_order_open', 'sales_order', ['warehouse_id', 'number', 'id'], unique=False,
        postgresql_where=sa.text("shipping = 'unshipped' AND confirmation <> 'cancelled' AND refund <> 'refunded'"),
    )
    op.create_index(
        'ix_sales_order_held', 'sales_order', ['warehouse_id', 'hold_reason', 'promised_at', 'id'], unique=False,
        postgresql_where=sa.text("confirmation = 'held'"),
    )
    op.create_index(
        'ix_sales_order_tags', 'sales_order', ['tags'], unique=False, postgresql_using='gin',
        postgresql_where=sa.text("tags <> '{}'"),
    )
    op.create_index(
        'ix_sales_order_shop_queue', 'sales_order', ['shop_id', sa.text(STATE), 'promised_at', 'id'], unique=False
    )
    op.create_index('ix_order_line_sku', 'order_line', ['sku_id', 'order_id'], unique=False)
    op.drop_index('ix_order_line_sku_id', table_name='order_line')


def downgrade() -> None:
    op.create_index('ix_order_line_sku_id', 'order_line', ['sku_id'], unique=False)
    op.drop_index('ix_order_line_sku', table_name='order_line')
    for name in ('shop_queue', 'tags', 'held', 'open'):
        op.drop_index(f'ix_sales_order_{name}', table_name='sales_order')
    op.drop_table('order_bulk_item')
    op.drop_table('order_bulk')
