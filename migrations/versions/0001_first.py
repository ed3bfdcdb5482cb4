"""The first schema: every table of the path from order to handover."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None


DROP_JOB_QUEUE = """
DO $$
DECLARE
    thing record;
BEGIN
    FOR thing IN SELECT oid::regclass AS name FROM pg_class
                 WHERE relname LIKE 'procrastinate\\_%' AND relkind = 'r' LOOP
        EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', thing.name);
    END LOOP;
    FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname LIKE 'procrastinate\\_%' LOOP
        EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', thing.name);
    END LOOP;
    FOR thing IN SELECT oid::regtype AS name FROM pg_type
                 WHERE typname LIKE 'procrastinate\\_%' AND typtype IN ('e', 'c') LOOP
        EXECUTE format('DROP TYPE IF EXISTS %s CASCADE', thing.name);
    END LOOP;
END $$
"""


def _job_queue() -> sa.TextClause:
    """The tables of the job queue, as its library brings them."""
    return sa.text(SchemaManager.get_schema().replace(":", "\\:"))


def upgrade() -> None:
    op.execute(_job_queue())
    op.create_table('carrier',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('plugin', sa.String(), nullable=False),
    sa.Column('next_number', sa.BigInteger(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_carrier')),
    sa.UniqueConstraint('code', name=op.f('uq_carrier_code'))
    )
    op.create_table('command',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('body_hash', sa.LargeBinary(), nullable=False),
    sa.Column('reply', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_command'))
    )
    op.create_index('ix_command_at', 'command', ['at'], unique=False)
    op.create_table('event',
    sa.Column('topic', sa.String(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('topic', 'seq', name=op.f('pk_event'))
    )
    op.create_index('ix_event_at', 'event', ['at'], unique=False)
    op.create_table('event_topic',
    sa.Column('topic', sa.String(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('topic', name=op.f('pk_event_topic'))
    )
    op.create_table('owner',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_owner')),
    sa.UniqueConstraint('code', name=op.f('uq_owner_code'))
    )
    op.create_table('person',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('badge', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('pin_hash', sa.String(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('failed_pins', sa.BigInteger(), nullable=False),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('badge', name=op.f('uq_person_badge'))
    )
    op.create_table('shop',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('platform', sa.String(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('carrier', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shop')),
    sa.UniqueConstraint('code', name=op.f('uq_shop_code'))
    )
    op.create_table('sku',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('weight_g', sa.BigInteger(), nullable=False),
    sa.Column('length_mm', sa.BigInteger(), nullable=False),
    sa.Column('width_mm', sa.BigInteger(), nullable=False),
    sa.Column('height_mm', sa.BigInteger(), nullable=False),
    sa.Column('picture', sa.String(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.CheckConstraint('weight_g >= 0', name=op.f('ck_sku_weight_not_negative')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sku')),
    sa.UniqueConstraint('code', name=op.f('uq_sku_code'))
    )
    op.create_table('warehouse',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('aisles', sa.BigInteger(), nullable=False),
    sa.Column('aisle_spacing_mm', sa.BigInteger(), nullable=False),
    sa.Column('aisle_length_mm', sa.BigInteger(), nullable=False),
    sa.Column('depot_aisle', sa.BigInteger(), nullable=False),
    sa.Column('depot_side', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_warehouse')),
    sa.UniqueConstraint('code', name=op.f('uq_warehouse_code'))
    )
    op.create_table('api_key',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('key_hash', sa.LargeBinary(), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('post', sa.String(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_api_key_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_key')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_api_key_key_hash'))
    )
    op.create_table('barcode',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_barcode_sku_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_barcode')),
    sa.UniqueConstraint('code', name=op.f('uq_barcode_code'))
    )
    op.create_index(op.f('ix_barcode_sku_id'), 'barcode', ['sku_id'], unique=False)
    op.create_table('cart',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('slots', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_cart_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cart')),
    sa.UniqueConstraint('warehouse_id', 'code', name=op.f('uq_cart_warehouse_id_code'))
    )
    op.create_table('container',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_container_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_container')),
    sa.UniqueConstraint('warehouse_id', 'code', name=op.f('uq_container_warehouse_id_code'))
    )
    op.create_table('manifest',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('carrier_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('opened_by', sa.BigInteger(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_by', sa.BigInteger(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('closed', 'open')", name=op.f('ck_manifest_status_known')),
    sa.ForeignKeyConstraint(['carrier_id'], ['carrier.id'], name=op.f('fk_manifest_carrier_id')),
    sa.ForeignKeyConstraint(['closed_by'], ['person.id'], name=op.f('fk_manifest_closed_by')),
    sa.ForeignKeyConstraint(['opened_by'], ['person.id'], name=op.f('fk_manifest_opened_by')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_manifest_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_manifest')),
    sa.UniqueConstraint('warehouse_id', 'number', name=op.f('uq_manifest_warehouse_id_number'))
    )
    op.create_index('uq_manifest_open', 'manifest', ['warehouse_id', 'carrier_id'], unique=True, postgresql_where="status = 'open'")
    op.create_table('pick_waiting',
    sa.Column('person_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_pick_waiting_person_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_pick_waiting_warehouse_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_pick_waiting'))
    )
    op.create_index('ix_pick_waiting_since', 'pick_waiting', ['warehouse_id', 'since'], unique=False)
    op.create_table('posting',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('post', sa.String(), nullable=False),
    sa.CheckConstraint("post IN ('picker', 'packer', 'receiver', 'supervisor', 'clerk', 'admin')", name=op.f('ck_posting_post_known')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_posting_person_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_posting_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting')),
    sa.UniqueConstraint('person_id', 'warehouse_id', 'post', name=op.f('uq_posting_person_id_warehouse_id_post'))
    )
    op.create_table('printer',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('transport', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('dpi', sa.BigInteger(), nullable=False),
    sa.Column('virtual', sa.Boolean(), nullable=False),
    sa.Column('must_answer', sa.Boolean(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('status_reasons', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('status_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_owner', sa.String(), nullable=True),
    sa.Column('lease_token', sa.BigInteger(), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("language IN ('zpl', 'escpos')", name=op.f('ck_printer_language_known')),
    sa.CheckConstraint("status IN ('ready', 'blocked', 'unknown')", name=op.f('ck_printer_status_known')),
    sa.CheckConstraint("transport IN ('tcp', 'os_queue')", name=op.f('ck_printer_transport_known')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_printer_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_printer')),
    sa.UniqueConstraint('warehouse_id', 'code', name=op.f('uq_printer_warehouse_id_code'))
    )
    op.create_table('sales_order',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('shop_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('confirmation', sa.String(), nullable=False),
    sa.Column('payment', sa.String(), nullable=False),
    sa.Column('processing', sa.String(), nullable=False),
    sa.Column('shipping', sa.String(), nullable=False),
    sa.Column('refund', sa.String(), nullable=False),
    sa.Column('hold_reason', sa.String(), nullable=True),
    sa.Column('hold_params', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('promised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('carrier', sa.String(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('total', sa.Numeric(precision=14, scale=2), nullable=False),
    sa.Column('paid', sa.Numeric(precision=14, scale=2), nullable=False),
    sa.Column('recipient', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('country', sa.String(), nullable=False),
    sa.Column('province', sa.String(), nullable=False),
    sa.Column('city', sa.String(), nullable=False),
    sa.Column('district', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('postcode', sa.String(), nullable=False),
    sa.Column('remark', sa.String(), nullable=False),
    sa.Column('source_hash', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("confirmation IN ('cancelled', 'confirmed', 'held', 'unconfirmed')", name=op.f('ck_sales_order_confirmation_known')),
    sa.CheckConstraint("payment IN ('paid', 'part', 'unpaid')", name=op.f('ck_sales_order_payment_known')),
    sa.CheckConstraint("processing IN ('packed', 'picked', 'picking', 'short', 'waiting', 'waved')", name=op.f('ck_sales_order_processing_known')),
    sa.CheckConstraint("refund IN ('asked', 'none', 'refunded')", name=op.f('ck_sales_order_refund_known')),
    sa.CheckConstraint("shipping IN ('shipped', 'unshipped')", name=op.f('ck_sales_order_shipping_known')),
    sa.ForeignKeyConstraint(['shop_id'], ['shop.id'], name=op.f('fk_sales_order_shop_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_sales_order_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sales_order')),
    sa.UniqueConstraint('shop_id', 'number', name=op.f('uq_sales_order_shop_id_number'))
    )
    op.create_index('ix_sales_order_number', 'sales_order', ['warehouse_id', 'number'], unique=False)
    op.create_index('ix_sales_order_ready', 'sales_order', ['warehouse_id', 'promised_at'], unique=False, postgresql_where="confirmation = 'confirmed' AND processing = 'waiting'")
    op.create_index('ix_sales_order_state', 'sales_order', ['warehouse_id', 'confirmation', 'processing', 'shipping'], unique=False)
    op.create_table('station',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_station_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_station')),
    sa.UniqueConstraint('warehouse_id', 'code', name=op.f('uq_station_warehouse_id_code'))
    )
    op.create_table('stock_level',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('on_hand', sa.BigInteger(), nullable=False),
    sa.Column('promised', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('on_hand >= 0', name=op.f('ck_stock_level_on_hand_not_negative')),
    sa.CheckConstraint('promised >= 0', name=op.f('ck_stock_level_promised_not_negative')),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_stock_level_owner_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_stock_level_sku_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_level')),
    sa.UniqueConstraint('warehouse_id', 'sku_id', 'owner_id', name=op.f('uq_stock_level_warehouse_id_sku_id_owner_id'))
    )
    op.create_table('stock_promise',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('order_line_id', sa.BigInteger(), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('kept', 'open', 'released')", name=op.f('ck_stock_promise_status_known')),
    sa.CheckConstraint('qty >= 0', name=op.f('ck_stock_promise_qty_not_negative')),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_stock_promise_owner_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_stock_promise_sku_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_promise'))
    )
    op.create_index('ix_stock_promise_sku', 'stock_promise', ['warehouse_id', 'sku_id'], unique=False, postgresql_where="status = 'open'")
    op.create_index('uq_stock_promise_open', 'stock_promise', ['order_line_id'], unique=True, postgresql_where="status = 'open'")
    op.create_table('wave',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('filter', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('totes_per_cart', sa.BigInteger(), nullable=False),
    sa.Column('walk_mm', sa.BigInteger(), nullable=False),
    sa.Column('baseline_mm', sa.BigInteger(), nullable=False),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('cancelled', 'done', 'planned', 'released')", name=op.f('ck_wave_status_known')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_wave_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wave')),
    sa.UniqueConstraint('warehouse_id', 'number', name=op.f('uq_wave_warehouse_id_number'))
    )
    op.create_table('zone',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('colour', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_zone_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_zone')),
    sa.UniqueConstraint('warehouse_id', 'code', name=op.f('uq_zone_warehouse_id_code'))
    )
    op.create_table('bin',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('zone_id', sa.BigInteger(), nullable=True),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('aisle', sa.BigInteger(), nullable=False),
    sa.Column('y_mm', sa.BigInteger(), nullable=False),
    sa.Column('side', sa.String(), nullable=False),
    sa.Column('level', sa.BigInteger(), nullable=False),
    sa.Column('pick_order', sa.BigInteger(), nullable=False),
    sa.Column('blocked_reason', sa.String(), nullable=True),
    sa.CheckConstraint("kind IN ('pick', 'bulk', 'receive', 'stage', 'packed', 'quarantine', 'supplier', 'customer', 'adjustment', 'scrap')", name=op.f('ck_bin_kind_known')),
    sa.CheckConstraint("side IN ('L', 'R')", name=op.f('ck_bin_side_known')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_bin_warehouse_id')),
    sa.ForeignKeyConstraint(['zone_id'], ['zone.id'], name=op.f('fk_bin_zone_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bin')),
    sa.UniqueConstraint('warehouse_id', 'code', name=op.f('uq_bin_warehouse_id_code'))
    )
    op.create_table('device_session',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('station_id', sa.BigInteger(), nullable=True),
    sa.Column('device', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_device_session_person_id')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_device_session_station_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_device_session_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_device_session_token_hash'))
    )
    op.create_index(op.f('ix_device_session_person_id'), 'device_session', ['person_id'], unique=False)
    op.create_table('order_line',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('order_id', sa.BigInteger(), nullable=False),
    sa.Column('line_key', sa.String(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('price', sa.Numeric(precision=14, scale=4), nullable=False),
    sa.Column('dropped', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('dropped >= 0 AND dropped <= qty', name=op.f('ck_order_line_dropped_within_qty')),
    sa.CheckConstraint('qty > 0', name=op.f('ck_order_line_qty_positive')),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_order_line_order_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_order_line_sku_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_line')),
    sa.UniqueConstraint('order_id', 'line_key', name=op.f('uq_order_line_order_id_line_key'))
    )
    op.create_index(op.f('ix_order_line_sku_id'), 'order_line', ['sku_id'], unique=False)
    op.create_table('parcel',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('waybill', sa.String(), nullable=True),
    sa.Column('order_id', sa.BigInteger(), nullable=False),
    sa.Column('container_id', sa.BigInteger(), nullable=False),
    sa.Column('station_id', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('expected_g', sa.BigInteger(), nullable=False),
    sa.Column('weight_g', sa.BigInteger(), nullable=True),
    sa.Column('packed_by', sa.BigInteger(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('closed', 'loaded', 'open', 'shipped', 'void')", name=op.f('ck_parcel_status_known')),
    sa.ForeignKeyConstraint(['container_id'], ['container.id'], name=op.f('fk_parcel_container_id')),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_parcel_order_id')),
    sa.ForeignKeyConstraint(['packed_by'], ['person.id'], name=op.f('fk_parcel_packed_by')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_parcel_station_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_parcel_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parcel')),
    sa.UniqueConstraint('warehouse_id', 'number', name=op.f('uq_parcel_warehouse_id_number'))
    )
    op.create_index('ix_parcel_closed', 'parcel', ['warehouse_id', 'id'], unique=False, postgresql_where="status IN ('closed', 'loaded')")
    op.create_index('ix_parcel_day', 'parcel', ['warehouse_id', 'closed_at'], unique=False)
    op.create_index('ix_parcel_order', 'parcel', ['order_id'], unique=False)
    op.create_index('ix_parcel_station', 'parcel', ['station_id', 'closed_at'], unique=False)
    op.create_index('uq_parcel_order_open', 'parcel', ['order_id'], unique=True, postgresql_where="status = 'open'")
    op.create_table('print_job',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('station_id', sa.BigInteger(), nullable=False),
    sa.Column('printer_id', sa.BigInteger(), nullable=True),
    sa.Column('document', sa.String(), nullable=False),
    sa.Column('document_id', sa.BigInteger(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('copy', sa.BigInteger(), nullable=False),
    sa.Column('media', sa.String(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('voided', sa.Boolean(), nullable=False),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('payload', sa.LargeBinary(), nullable=True),
    sa.Column('sha256', sa.LargeBinary(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('confirmation', sa.String(), nullable=True),
    sa.Column('lease_token', sa.BigInteger(), nullable=True),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('reprint_reason', sa.String(), nullable=True),
    sa.Column('asked_by', sa.BigInteger(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('blocked', 'cancelled', 'confirmed', 'expired', 'failed', 'leased', 'queued', 'rendered', 'sending', 'sent', 'uncertain')", name=op.f('ck_print_job_status_known')),
    sa.ForeignKeyConstraint(['asked_by'], ['person.id'], name=op.f('fk_print_job_asked_by')),
    sa.ForeignKeyConstraint(['parent_id'], ['print_job.id'], name=op.f('fk_print_job_parent_id')),
    sa.ForeignKeyConstraint(['printer_id'], ['printer.id'], name=op.f('fk_print_job_printer_id')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_print_job_station_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_print_job_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_print_job')),
    sa.UniqueConstraint('document', 'document_id', 'version', 'copy', name=op.f('uq_print_job_document_document_id_version_copy'))
    )
    op.create_index('ix_print_job_reference', 'print_job', ['warehouse_id', 'reference'], unique=False)
    op.create_index('ix_print_job_station', 'print_job', ['station_id', 'id'], unique=False)
    op.create_index('ix_print_job_waiting', 'print_job', ['printer_id', 'id'], unique=False, postgresql_where="status IN ('queued', 'rendered', 'leased', 'sending', 'blocked')")
    op.create_table('printer_route',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('station_id', sa.BigInteger(), nullable=False),
    sa.Column('document', sa.String(), nullable=False),
    sa.Column('media', sa.String(), nullable=False),
    sa.Column('printer_id', sa.BigInteger(), nullable=False),
    sa.Column('rank', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['printer_id'], ['printer.id'], name=op.f('fk_printer_route_printer_id')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_printer_route_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_printer_route')),
    sa.UniqueConstraint('station_id', 'document', 'media', 'rank', name=op.f('uq_printer_route_station_id_document_media_rank'))
    )
    op.create_table('wave_cart',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('wave_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('walk_mm', sa.BigInteger(), nullable=False),
    sa.Column('path', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('stops', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_wave_cart_wave_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wave_cart')),
    sa.UniqueConstraint('wave_id', 'number', name=op.f('uq_wave_cart_wave_id_number'))
    )
    op.create_table('wave_order',
    sa.Column('wave_id', sa.BigInteger(), nullable=False),
    sa.Column('order_id', sa.BigInteger(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_wave_order_order_id')),
    sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_wave_order_wave_id')),
    sa.PrimaryKeyConstraint('wave_id', 'order_id', name=op.f('pk_wave_order'))
    )
    op.create_index('uq_wave_order_active', 'wave_order', ['order_id'], unique=True, postgresql_where='active')
    op.create_table('manifest_parcel',
    sa.Column('manifest_id', sa.BigInteger(), nullable=False),
    sa.Column('parcel_id', sa.BigInteger(), nullable=False),
    sa.Column('loaded_by', sa.BigInteger(), nullable=True),
    sa.Column('loaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['loaded_by'], ['person.id'], name=op.f('fk_manifest_parcel_loaded_by')),
    sa.ForeignKeyConstraint(['manifest_id'], ['manifest.id'], name=op.f('fk_manifest_parcel_manifest_id')),
    sa.ForeignKeyConstraint(['parcel_id'], ['parcel.id'], name=op.f('fk_manifest_parcel_parcel_id')),
    sa.PrimaryKeyConstraint('manifest_id', 'parcel_id', name=op.f('pk_manifest_parcel')),
    sa.UniqueConstraint('parcel_id', name=op.f('uq_manifest_parcel_parcel_id'))
    )
    op.create_table('parcel_line',
    sa.Column('parcel_id', sa.BigInteger(), nullable=False),
    sa.Column('order_line_id', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('verified', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('verified >= 0 AND verified <= qty', name=op.f('ck_parcel_line_verified_within_qty')),
    sa.ForeignKeyConstraint(['order_line_id'], ['order_line.id'], name=op.f('fk_parcel_line_order_line_id')),
    sa.ForeignKeyConstraint(['parcel_id'], ['parcel.id'], name=op.f('fk_parcel_line_parcel_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_parcel_line_sku_id')),
    sa.PrimaryKeyConstraint('parcel_id', 'order_line_id', name=op.f('pk_parcel_line'))
    )
    op.create_table('pick_task',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('wave_id', sa.BigInteger(), nullable=False),
    sa.Column('wave_cart_id', sa.BigInteger(), nullable=True),
    sa.Column('stage_bin_id', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=True),
    sa.Column('cart_id', sa.BigInteger(), nullable=True),
    sa.Column('walk_mm', sa.BigInteger(), nullable=False),
    sa.Column('path', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('lines', sa.BigInteger(), nullable=False),
    sa.Column('open_lines', sa.BigInteger(), nullable=False),
    sa.Column('assigned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('assigned', 'cancelled', 'open', 'picked', 'picking')", name=op.f('ck_pick_task_status_known')),
    sa.CheckConstraint('open_lines >= 0 AND open_lines <= lines', name=op.f('ck_pick_task_open_lines_within_lines')),
    sa.ForeignKeyConstraint(['cart_id'], ['cart.id'], name=op.f('fk_pick_task_cart_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_pick_task_person_id')),
    sa.ForeignKeyConstraint(['stage_bin_id'], ['bin.id'], name=op.f('fk_pick_task_stage_bin_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_pick_task_warehouse_id')),
    sa.ForeignKeyConstraint(['wave_cart_id'], ['wave_cart.id'], name=op.f('fk_pick_task_wave_cart_id')),
    sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_pick_task_wave_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pick_task'))
    )
    op.create_index('ix_pick_task_status', 'pick_task', ['warehouse_id', 'status'], unique=False)
    op.create_index(op.f('ix_pick_task_wave_id'), 'pick_task', ['wave_id'], unique=False)
    op.create_index('uq_pick_task_cart', 'pick_task', ['cart_id'], unique=True, postgresql_where="status IN ('open', 'assigned', 'picking')")
    op.create_index('uq_pick_task_person', 'pick_task', ['person_id'], unique=True, postgresql_where="status IN ('assigned', 'picking')")
    op.create_table('stock_balance',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('bin_id', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('lot', sa.String(), nullable=False),
    sa.Column('container_id', sa.BigInteger(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('condition', sa.String(), nullable=False),
    sa.Column('on_hand', sa.BigInteger(), nullable=False),
    sa.Column('held', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('held >= 0 AND held <= on_hand', name=op.f('ck_stock_balance_held_within_on_hand')),
    sa.CheckConstraint('on_hand >= 0', name=op.f('ck_stock_balance_on_hand_not_negative')),
    sa.ForeignKeyConstraint(['bin_id'], ['bin.id'], name=op.f('fk_stock_balance_bin_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_stock_balance_owner_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_stock_balance_sku_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_balance')),
    sa.UniqueConstraint('bin_id', 'sku_id', 'lot', 'container_id', 'owner_id', 'condition', name='uq_stock_balance_place')
    )
    op.create_index('ix_stock_balance_container', 'stock_balance', ['container_id'], unique=False, postgresql_where='container_id <> 0')
    op.create_index('ix_stock_balance_sku', 'stock_balance', ['warehouse_id', 'sku_id'], unique=False)
    op.create_table('stock_move',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('lot', sa.String(), nullable=False),
    sa.Column('serial', sa.String(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('condition', sa.String(), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('from_bin_id', sa.BigInteger(), nullable=False),
    sa.Column('to_bin_id', sa.BigInteger(), nullable=False),
    sa.Column('from_container_id', sa.BigInteger(), nullable=False),
    sa.Column('to_container_id', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('from_bin_id <> to_bin_id OR from_container_id <> to_container_id', name=op.f('ck_stock_move_goes_somewhere')),
    sa.CheckConstraint('qty > 0', name=op.f('ck_stock_move_qty_positive')),
    sa.ForeignKeyConstraint(['from_bin_id'], ['bin.id'], name=op.f('fk_stock_move_from_bin_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_stock_move_owner_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_stock_move_sku_id')),
    sa.ForeignKeyConstraint(['to_bin_id'], ['bin.id'], name=op.f('fk_stock_move_to_bin_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_move'))
    )
    op.create_index('ix_stock_move_from', 'stock_move', ['from_bin_id', 'id'], unique=False)
    op.create_index('ix_stock_move_reference', 'stock_move', ['reference'], unique=False)
    op.create_index('ix_stock_move_sku', 'stock_move', ['warehouse_id', 'sku_id', 'id'], unique=False)
    op.create_index('ix_stock_move_to', 'stock_move', ['to_bin_id', 'id'], unique=False)
    op.create_table('waybill',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('carrier_id', sa.BigInteger(), nullable=False),
    sa.Column('parcel_id', sa.BigInteger(), nullable=False),
    sa.Column('request_key', sa.String(), nullable=False),
    sa.Column('number', sa.String(), nullable=True),
    sa.Column('route_code', sa.String(), nullable=False),
    sa.Column('sorting_code', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('reply', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('asked', 'issued', 'void')", name=op.f('ck_waybill_status_known')),
    sa.ForeignKeyConstraint(['carrier_id'], ['carrier.id'], name=op.f('fk_waybill_carrier_id')),
    sa.ForeignKeyConstraint(['parcel_id'], ['parcel.id'], name=op.f('fk_waybill_parcel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waybill')),
    sa.UniqueConstraint('carrier_id', 'number', name=op.f('uq_waybill_carrier_id_number')),
    sa.UniqueConstraint('request_key', name=op.f('uq_waybill_request_key'))
    )
    op.create_index('ix_waybill_number', 'waybill', ['number'], unique=False)
    op.create_index('uq_waybill_parcel', 'waybill', ['parcel_id'], unique=True, postgresql_where="status <> 'void'")
    op.create_table('pick_tote',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('task_id', sa.BigInteger(), nullable=False),
    sa.Column('slot', sa.BigInteger(), nullable=False),
    sa.Column('order_id', sa.BigInteger(), nullable=False),
    sa.Column('container_id', sa.BigInteger(), nullable=True),
    sa.Column('in_use', sa.Boolean(), nullable=False),
    sa.Column('open_lines', sa.BigInteger(), nullable=False),
    sa.Column('picks', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('NOT in_use OR container_id IS NOT NULL', name=op.f('ck_pick_tote_tote_when_in_use')),
    sa.CheckConstraint('open_lines >= 0', name=op.f('ck_pick_tote_open_lines_not_negative')),
    sa.ForeignKeyConstraint(['container_id'], ['container.id'], name=op.f('fk_pick_tote_container_id')),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_pick_tote_order_id')),
    sa.ForeignKeyConstraint(['task_id'], ['pick_task.id'], name=op.f('fk_pick_tote_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pick_tote')),
    sa.UniqueConstraint('task_id', 'slot', name=op.f('uq_pick_tote_task_id_slot'))
    )
    op.create_index(op.f('ix_pick_tote_order_id'), 'pick_tote', ['order_id'], unique=False)
    op.create_index('uq_pick_tote_container', 'pick_tote', ['container_id'], unique=True, postgresql_where='in_use')
    op.create_table('stock_hold',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('balance_id', sa.BigInteger(), nullable=False),
    sa.Column('order_line_id', sa.BigInteger(), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('consumed', 'open', 'released')", name=op.f('ck_stock_hold_status_known')),
    sa.CheckConstraint('qty >= 0', name=op.f('ck_stock_hold_qty_not_negative')),
    sa.ForeignKeyConstraint(['balance_id'], ['stock_balance.id'], name=op.f('fk_stock_hold_balance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_hold'))
    )
    op.create_index('ix_stock_hold_balance', 'stock_hold', ['balance_id'], unique=False, postgresql_where="status = 'open'")
    op.create_index('ix_stock_hold_line', 'stock_hold', ['order_line_id'], unique=False, postgresql_where="status = 'open'")
    op.create_table('pick_line',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('task_id', sa.BigInteger(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('slot', sa.BigInteger(), nullable=False),
    sa.Column('order_id', sa.BigInteger(), nullable=False),
    sa.Column('order_line_id', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('bin_id', sa.BigInteger(), nullable=False),
    sa.Column('hold_id', sa.BigInteger(), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('picked', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('short_reason', sa.String(), nullable=True),
    sa.Column('done_by', sa.BigInteger(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('open', 'picked', 'short', 'withdrawn')", name=op.f('ck_pick_line_status_known')),
    sa.CheckConstraint('picked >= 0 AND picked <= qty', name=op.f('ck_pick_line_picked_within_qty')),
    sa.CheckConstraint('qty > 0', name=op.f('ck_pick_line_qty_positive')),
    sa.ForeignKeyConstraint(['bin_id'], ['bin.id'], name=op.f('fk_pick_line_bin_id')),
    sa.ForeignKeyConstraint(['done_by'], ['person.id'], name=op.f('fk_pick_line_done_by')),
    sa.ForeignKeyConstraint(['hold_id'], ['stock_hold.id'], name=op.f('fk_pick_line_hold_id')),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_pick_line_order_id')),
    sa.ForeignKeyConstraint(['order_line_id'], ['order_line.id'], name=op.f('fk_pick_line_order_line_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_pick_line_sku_id')),
    sa.ForeignKeyConstraint(['task_id'], ['pick_task.id'], name=op.f('fk_pick_line_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pick_line'))
    )
    op.create_index('ix_pick_line_order', 'pick_line', ['order_id'], unique=False)
    op.create_index('ix_pick_line_task', 'pick_line', ['task_id', 'seq'], unique=False)
    op.execute("INSERT INTO owner (id, code, name) OVERRIDING SYSTEM VALUE VALUES (1, 'house', 'House')")
    op.execute("SELECT setval(pg_get_serial_sequence('owner', 'id'), 1)")


def downgrade() -> None:
    op.execute(DROP_JOB_QUEUE)
    op.drop_index('ix_pick_line_task', table_name='pick_line')
    op.drop_index('ix_pick_line_order', table_name='pick_line')
    op.drop_table('pick_line')
    op.drop_index('ix_stock_hold_line', table_name='stock_hold', postgresql_where="status = 'open'")
    op.drop_index('ix_stock_hold_balance', table_name='stock_hold', postgresql_where="status = 'open'")
    op.drop_table('stock_hold')
    op.drop_index('uq_pick_tote_container', table_name='pick_tote', postgresql_where='in_use')
    op.drop_index(op.f('ix_pick_tote_order_id'), table_name='pick_tote')
    op.drop_table('pick_tote')
    op.drop_index('uq_waybill_parcel', table_name='waybill', postgresql_where="status <> 'void'")
    op.drop_index('ix_waybill_number', table_name='waybill')
    op.drop_table('waybill')
    op.drop_index('ix_stock_move_to', table_name='stock_move')
    op.drop_index('ix_stock_move_sku', table_name='stock_move')
    op.drop_index('ix_stock_move_reference', table_name='stock_move')
    op.drop_index('ix_stock_move_from', table_name='stock_move')
    op.drop_table('stock_move')
    op.drop_index('ix_stock_balance_sku', table_name='stock_balance')
    op.drop_index('ix_stock_balance_container', table_name='stock_balance', postgresql_where='container_id <> 0')
    op.drop_table('stock_balance')
    op.drop_index('uq_pick_task_person', table_name='pick_task', postgresql_where="status IN ('assigned', 'picking')")
    op.drop_index('uq_pick_task_cart', table_name='pick_task', postgresql_where="status IN ('open', 'assigned', 'picking')")
    op.drop_index(op.f('ix_pick_task_wave_id'), table_name='pick_task')
    op.drop_index('ix_pick_task_status', table_name='pick_task')
    op.drop_table('pick_task')
    op.drop_table('parcel_line')
    op.drop_table('manifest_parcel')
    op.drop_index('uq_wave_order_active', table_name='wave_order', postgresql_where='active')
    op.drop_table('wave_order')
    op.drop_table('wave_cart')
    op.drop_table('printer_route')
    op.drop_index('ix_print_job_waiting', table_name='print_job', postgresql_where="status IN ('queued', 'rendered', 'leased', 'sending', 'blocked')")
    op.drop_index('ix_print_job_station', table_name='print_job')
    op.drop_index('ix_print_job_reference', table_name='print_job')
    op.drop_table('print_job')
    op.drop_index('uq_parcel_order_open', table_name='parcel', postgresql_where="status = 'open'")
    op.drop_index('ix_parcel_station', table_name='parcel')
    op.drop_index('ix_parcel_order', table_name='parcel')
    op.drop_index('ix_parcel_day', table_name='parcel')
    op.drop_index('ix_parcel_closed', table_name='parcel', postgresql_where="status IN ('closed', 'loaded')")
    op.drop_table('parcel')
    op.drop_index(op.f('ix_order_line_sku_id'), table_name='order_line')
    op.drop_table('order_line')
    op.drop_index(op.f('ix_device_session_person_id'), table_name='device_session')
    op.drop_table('device_session')
    op.drop_table('bin')
    op.drop_table('zone')
    op.drop_table('wave')
    op.drop_index('uq_stock_promise_open', table_name='stock_promise', postgresql_where="status = 'open'")
    op.drop_index('ix_stock_promise_sku', table_name='stock_promise', postgresql_where="status = 'open'")
    op.drop_table('stock_promise')
    op.drop_table('stock_level')
    op.drop_table('station')
    op.drop_index('ix_sales_order_state', table_name='sales_order')
    op.drop_index('ix_sales_order_ready', table_name='sales_order', postgresql_where="confirmation = 'confirmed' AND processing = 'waiting'")
    op.drop_index('ix_sales_order_number', table_name='sales_order')
    op.drop_table('sales_order')
    op.drop_table('printer')
    op.drop_table('posting')
    op.drop_index('ix_pick_waiting_since', table_name='pick_waiting')
    op.drop_table('pick_waiting')
    op.drop_index('uq_manifest_open', table_name='manifest', postgresql_where="status = 'open'")
    op.drop_table('manifest')
    op.drop_table('container')
    op.drop_table('cart')
    op.drop_index(op.f('ix_barcode_sku_id'), table_name='barcode')
    op.drop_table('barcode')
    op.drop_table('api_key')
    op.drop_table('warehouse')
    op.drop_table('sku')
    op.drop_table('shop')
    op.drop_table('person')
    op.drop_table('owner')
    op.drop_table('event_topic')
    op.drop_index('ix_event_at', table_name='event')
    op.drop_table('event')
    op.drop_index('ix_command_at', table_name='command')
    op.drop_table('command')
    op.drop_table('carrier')
