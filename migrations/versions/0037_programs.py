"""Programs outside: webhooks with their log, keys that sign requests, apps that speak 旺店通."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0037'
down_revision = '0036'


def upgrade() -> None:
    op.create_table('dialect_app',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('sid', sa.String(), nullable=False),
    sa.Column('app_key', sa.String(), nullable=False),
    sa.Column('secret', sa.LargeBinary(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_dialect_app_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dialect_app')),
    sa.UniqueConstraint('sid', 'app_key', name=op.f('uq_dialect_app_sid_app_key'))
    )
    op.create_table('webhook_endpoint',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('events', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('personal', sa.Boolean(), nullable=False),
    sa.Column('secret', sa.LargeBinary(), nullable=False),
    sa.Column('old_secret', sa.LargeBinary(), nullable=True),
    sa.Column('old_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('off_why', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(), nullable=False),
    sa.Column('failures', sa.BigInteger(), nullable=False),
    sa.Column('refusals', sa.BigInteger(), nullable=False),
    sa.Column('failing_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(), nullable=False),
    sa.Column('error_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("active = (off_why = '')", name=op.f('ck_webhook_endpoint_off_for_a_reason')),
    sa.CheckConstraint("off_why IN ('', 'person', 'failing', 'gone')", name=op.f('ck_webhook_endpoint_off_why_known')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_webhook_endpoint_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_endpoint'))
    )
    op.create_index('ix_webhook_endpoint_active', 'webhook_endpoint', ['warehouse_id'], unique=False, postgresql_where='active')
    op.create_table('webhook_stock',
    sa.Column('warehouse_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('sku_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('owner_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('free', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_webhook_stock_owner_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_webhook_stock_sku_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_webhook_stock_warehouse_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'sku_id', 'owner_id', name=op.f('pk_webhook_stock'))
    )
    op.create_table('dialect_shop',
    sa.Column('shop_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('app_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['app_id'], ['dialect_app.id'], name=op.f('fk_dialect_shop_app_id')),
    sa.ForeignKeyConstraint(['shop_id'], ['shop.id'], name=op.f('fk_dialect_shop_shop_id')),
    sa.PrimaryKeyConstraint('shop_id', name=op.f('pk_dialect_shop'))
    )
    op.create_index(op.f('ix_dialect_shop_app_id'), 'dialect_shop', ['app_id'], unique=False)
    op.create_table('request_nonce',
    sa.Column('key_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['key_id'], ['api_key.id'], name=op.f('fk_request_nonce_key_id')),
    sa.PrimaryKeyConstraint('key_id', 'nonce', name=op.f('pk_request_nonce'))
    )
    op.create_index('ix_request_nonce_at', 'request_nonce', ['at'], unique=False)
    op.create_table('webhook_message',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('endpoint_id', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.Uuid(), nullable=False),
    sa.Column('event', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('about_id', sa.BigInteger(), nullable=False),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('tries', sa.BigInteger(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tried_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered', sa.BigInteger(), nullable=True),
    sa.Column('latency_ms', sa.BigInteger(), nullable=True),
    sa.Column('answer', sa.String(), nullable=False),
    sa.CheckConstraint("status IN ('delivered', 'given_up', 'waiting')", name=op.f('ck_webhook_message_status_known')),
    sa.ForeignKeyConstraint(['endpoint_id'], ['webhook_endpoint.id'], name=op.f('fk_webhook_message_endpoint_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_message'))
    )
    op.create_index('ix_webhook_message_at', 'webhook_message', ['at'], unique=False)
    op.create_index('ix_webhook_message_due', 'webhook_message', ['endpoint_id', 'id'], unique=False, postgresql_where="status = 'waiting'")
    op.create_index('ix_webhook_message_endpoint', 'webhook_message', ['endpoint_id', 'id'], unique=False)
    op.create_index('ix_webhook_message_subject', 'webhook_message', ['endpoint_id', 'subject', 'id'], unique=False, postgresql_where="status = 'waiting'")
    op.create_table('dialect_refund',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('shop_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('order_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('body', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('modified_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('asked', 'refunded', 'withdrawn')", name=op.f('ck_dialect_refund_state_known')),
    sa.CheckConstraint('kind IN (1, 2)', name=op.f('ck_dialect_refund_kind_known')),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_dialect_refund_order_id')),
    sa.ForeignKeyConstraint(['shop_id'], ['shop.id'], name=op.f('fk_dialect_refund_shop_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dialect_refund')),
    sa.UniqueConstraint('shop_id', 'number', name=op.f('uq_dialect_refund_shop_id_number'))
    )
    op.create_index('ix_dialect_refund_modified', 'dialect_refund', ['shop_id', 'modified_at', 'id'], unique=False)
    op.create_index(op.f('ix_dialect_refund_order_id'), 'dialect_refund', ['order_id'], unique=False)
    op.create_table('dialect_trade',
    sa.Column('order_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('shop_id', sa.BigInteger(), nullable=False),
    sa.Column('modified_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('consigned_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_dialect_trade_order_id')),
    sa.ForeignKeyConstraint(['shop_id'], ['shop.id'], name=op.f('fk_dialect_trade_shop_id')),
    sa.PrimaryKeyConstraint('order_id', name=op.f('pk_dialect_trade'))
    )
    op.create_index('ix_dialect_trade_consigned', 'dialect_trade', ['shop_id', 'consigned_at', 'order_id'], unique=False, postgresql_where='consigned_at IS NOT NULL')
    op.create_index('ix_dialect_trade_modified', 'dialect_trade', ['shop_id', 'modified_at', 'order_id'], unique=False)
    op.add_column('api_key', sa.Column('sealed', sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column('api_key', 'sealed')
    op.drop_index('ix_dialect_trade_modified', table_name='dialect_trade')
    op.drop_index('ix_dialect_trade_consigned', table_name='dialect_trade', postgresql_where='consigned_at IS NOT NULL')
    op.drop_table('dialect_trade')
    op.drop_index(op.f('ix_dialect_refund_order_id'), table_name='dialect_refund')
    op.drop_index('ix_dialect_refund_modified', table_name='dialect_refund')
    op.drop_table('dialect_refund')
    op.drop_index('ix_webhook_message_subject', table_name='webhook_message', postgresql_where="status = 'waiting'")
    op.drop_index('ix_webhook_message_endpoint', table_name='webhook_message')
    op.drop_index('ix_webhook_message_due', table_name='webhook_message', postgresql_where="status = 'waiting'")
    op.drop_index('ix_webhook_message_at', table_name='webhook_message')
    op.drop_table('webhook_message')
    op.drop_index('ix_request_nonce_at', table_name='request_nonce')
    op.drop_table('request_nonce')
    op.drop_index(op.f('ix_dialect_shop_app_id'), table_name='dialect_shop')
    op.drop_table('dialect_shop')
    op.drop_table('webhook_stock')
    op.drop_index('ix_webhook_endpoint_active', table_name='webhook_endpoint', postgresql_where='active')
    op.drop_table('webhook_endpoint')
    op.drop_table('dialect_app')
