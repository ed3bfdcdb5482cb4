"""Indexes for the lists of the desk: orders by queue, promise and recipient."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'

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
    op.create_index('ix_sales_order_recipient', 'sales_order', ['warehouse_id', 'recipient'])
    op.create_index('ix_sales_order_promised', 'sales_order', ['warehouse_id', 'promised_at', 'id'])
    op.create_index(
        'ix_sales_order_queue', 'sales_order', ['warehouse_id', sa.text(STATE), 'promised_at', 'id']
    )


def downgrade() -> None:
    op.drop_index('ix_sales_order_queue', 'sales_order')
    op.drop_index('ix_sales_order_promised', 'sales_order')
    op.drop_index('ix_sales_order_recipient', 'sales_order')
