"""Shops on their platforms: accounts, cursors, orders word by word, and what shops are still to be told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0029'
down_revision = '0028'


def upgrade() -> None:
    op.create_table(
        'channel_account',
        sa.Column('shop_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
        sa.Column('plugin', sa.String(), nullable=False),
        sa.Column('url', sa.String(), nullable=False),
        sa.Column('app_key', sa.String(), nullable=False),
        sa.Column('secrets', sa.LargeBinary(), nullable=False),
        sa.Column('settings', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('token_ends_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('stock_share', sa.BigInteger(), nullable=False),
        sa.Column('safety_stock', sa.BigInteger(), nullable=False),
        sa.Column('paused', sa.Boolean(), nullable=False),
        sa.Column('every_s', sa.BigInteger(), nullable=False),
        sa.Column('next_pull_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('next_push_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('pulling_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('pushing_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('pulled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('pull_failures', sa.BigInteger(), nullable=False),
        sa.Column('push_failures', sa.BigInteger(), nullable=False),
        sa.Column('error', sa.String(), nullable=False),
        sa.Column('error_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('every_s >= 10', name=op.f('ck_channel_account_every_s_sane')),
        sa.CheckConstraint('stock_share BETWEEN 0 AND 100', name=op.f('ck_channel_account_stock_share_percent')),
        sa.CheckConstraint('safety_stock >= 0', name=op.f('ck_channel_account_safety_stock_not_negative')),
        sa.ForeignKeyConstraint(['shop_id'], ['shop.id'], name=op.f('fk_channel_account_shop_id')),
        sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_channel_account_warehouse_id')),
        sa.PrimaryKeyConstraint('shop_id', name=op.f('pk_channel_account')),
    )
    op.create_table(
        'channel_cursor',
        sa.Column('shop_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('done_until', sa.DateTime(timezone=True), nullable=False),
        sa.Column('window_end', sa.DateTime(timezone=True), nullable=True),
        sa.Column('page_state', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            'window_end IS NOT NULL OR page_state IS NULL', name=op.f('ck_channel_cursor_state_of_a_window')
        ),
        sa.ForeignKeyConstraint(['shop_id'], ['channel_account.shop_id'], name=op.f('fk_channel_cursor_shop_id')),
        sa.PrimaryKeyConstraint('shop_id', 'kind', name=op.f('pk_channel_cursor')),
    )
    op.create_table(
        'channel_item',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('shop_id', sa.BigInteger(), nullable=False),
        sa.Column('item_id', sa.String(), nullable=False),
        sa.Column('variant_id', sa.String(), nullable=False),
        sa.Column('sku_id', sa.BigInteger(), nullable=False),
        sa.Column('told', sa.BigInteger(), nullable=True),
        sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('error', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['shop_id'], ['channel_account.shop_id'], name=op.f('fk_channel_item_shop_id')),
        sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_channel_item_sku_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_channel_item')),
        sa.UniqueConstraint(
            'shop_id', 'item_id', 'variant_id', name=op.f('uq_channel_item_shop_id_item_id_variant_id')
        ),
    )
    op.create_table(
        'channel_fetch',
        sa.Column('shop_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('platform_id', sa.String(), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('why', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['shop_id'], ['channel_account.shop_id'], name=op.f('fk_channel_fetch_shop_id')),
        sa.PrimaryKeyConstraint('shop_id', 'platform_id', name=op.f('pk_channel_fetch')),
    )
    op.create_table(
        'channel_order',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('shop_id', sa.BigInteger(), nullable=False),
        sa.Column('platform_id', sa.String(), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('body_hash', sa.LargeBinary(), nullable=True),
        sa.Column('order_id', sa.BigInteger(), nullable=True),
        sa.Column('outcome', sa.String(), nullable=False),
        sa.Column('problem', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('taken', 'waiting', 'elsewhere', 'refused', 'unreadable')",
            name=op.f('ck_channel_order_outcome_known'),
        ),
        sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_channel_order_order_id')),
        sa.ForeignKeyConstraint(['shop_id'], ['channel_account.shop_id'], name=op.f('fk_channel_order_shop_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_channel_order')),
        sa.UniqueConstraint('shop_id', 'platform_id', name=op.f('uq_channel_order_shop_id_platform_id')),
    )
    op.create_index('ix_channel_order_order', 'channel_order', ['order_id'], unique=False)
    op.create_index(
        'ix_channel_order_trouble',
        'channel_order',
        ['shop_id', 'outcome'],
        unique=False,
        postgresql_where="outcome = ANY (ARRAY['refused'::text, 'unreadable'::text])",
    )
    op.create_table(
        'raw_order',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('shop_id', sa.BigInteger(), nullable=False),
        sa.Column('platform_id', sa.String(), nullable=False),
        sa.Column('body_hash', sa.LargeBinary(), nullable=False),
        sa.Column('body', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('got_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['shop_id'], ['channel_account.shop_id'], name=op.f('fk_raw_order_shop_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_raw_order')),
        sa.UniqueConstraint(
            'shop_id', 'platform_id', 'body_hash', name=op.f('uq_raw_order_shop_id_platform_id_body_hash')
        ),
    )
    op.create_table(
        'shop_push',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('shop_id', sa.BigInteger(), nullable=False),
        sa.Column('order_id', sa.BigInteger(), nullable=False),
        sa.Column('platform_id', sa.String(), nullable=False),
        sa.Column('body', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('status', sa.String(), nullable=False),
        sa.Column('tries', sa.BigInteger(), nullable=False),
        sa.Column('error', sa.String(), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('asked', 'done', 'refused', 'waiting')", name=op.f('ck_shop_push_status_known')),
        sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_shop_push_order_id')),
        sa.ForeignKeyConstraint(['shop_id'], ['channel_account.shop_id'], name=op.f('fk_shop_push_shop_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_shop_push')),
        sa.UniqueConstraint('order_id', name=op.f('uq_shop_push_order_id')),
    )
    op.create_index(
        'ix_shop_push_open',
        'shop_push',
        ['shop_id', 'id'],
        unique=False,
        postgresql_where="status = ANY (ARRAY['waiting'::text, 'asked'::text])",
    )
    op.create_index(
        'ix_shop_push_refused', 'shop_push', ['shop_id', 'id'], unique=False, postgresql_where="status = 'refused'"
    )


def downgrade() -> None:
    op.drop_index('ix_shop_push_refused', table_name='shop_push', postgresql_where="status = 'refused'")
    op.drop_index(
        'ix_shop_push_open',
        table_name='shop_push',
        postgresql_where="status = ANY (ARRAY['waiting'::text, 'asked'::text])",
    )
    op.drop_table('shop_push')
    op.drop_table('raw_order')
    op.drop_index(
        'ix_channel_order_trouble',
        table_name='channel_order',
        postgresql_where="outcome = ANY (ARRAY['refused'::text, 'unreadable'::text])",
    )
    op.drop_index('ix_channel_order_order', table_name='channel_order')
    op.drop_table('channel_order')
    op.drop_table('channel_fetch')
    op.drop_table('channel_item')
    op.drop_table('channel_cursor')
    op.drop_table('channel_account')
