"""Stock in depth: packs, bundles, tracking, limits of bins, lots, serials, cost, adjustments, transfers."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'

_TRACKED = "IN ('none', 'receipt', 'move', 'ship')"
CHECKS = (
    ('sku', 'lot_tracking_known', f'lot_tracking {_TRACKED}'),
    ('sku', 'serial_tracking_known', f'serial_tracking {_TRACKED}'),
    ('sku', 'days_not_negative', 'min_days_receipt >= 0 AND min_days_shipping >= 0'),
    ('bin', 'velocity_known', "velocity IN ('', 'A', 'B', 'C')"),
    ('bin', 'limits_positive', 'capacity_ml >= 0 AND max_weight_g >= 0 AND max_skus > 0'),
    ('container', 'not_in_itself', 'parent_id <> id'),
    ('stock_hold', 'origin_named', "(origin = 'order') = (order_line_id IS NOT NULL)"),
    ('stock_hold', 'origin_known', "origin IN ('order', 'transfer', 'replenish', 'kit', 'manual')"),
)
SPECIAL_BINS = """
    INSERT INTO bin (warehouse_id, code, kind, aisle, y_mm, side, level, pick_order)
    SELECT w.id, upper(k.kind), k.kind, 0, 0, 'L', 1, 0
    FROM warehouse w, (VALUES ('transit'), ('transfer'), ('convert')) AS k (kind)
    ON CONFLICT DO NOTHING
"""
# The pieces that were there before costs were kept; what they were worth nobody knows.
COSTS = """
    INSERT INTO stock_cost (warehouse_id, sku_id, qty, value)
    SELECT warehouse_id, sku_id, sum(on_hand), 0 FROM stock_balance WHERE owner_id = 1
    GROUP BY warehouse_id, sku_id HAVING sum(on_hand) > 0
"""


def _bin_kinds(outside: str, more_inside: str) -> None:
    op.drop_constraint(op.f('ck_bin_kind_known'), 'bin', type_='check')
    inside = f"'pick', 'bulk', 'receive', 'stage', 'packed', 'quarantine'{more_inside}"
    op.create_check_constraint(op.f('ck_bin_kind_known'), 'bin', f'kind IN ({inside}, {outside})')


def upgrade() -> None:
    op.create_table('bundle_line',
    sa.Column('bundle_id', sa.BigInteger(), nullable=False),
    sa.Column('component_id', sa.BigInteger(), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('bundle_id <> component_id', name=op.f('ck_bundle_line_not_in_itself')),
    sa.CheckConstraint('qty > 0', name=op.f('ck_bundle_line_qty_positive')),
    sa.ForeignKeyConstraint(['bundle_id'], ['sku.id'], name=op.f('fk_bundle_line_bundle_id')),
    sa.ForeignKeyConstraint(['component_id'], ['sku.id'], name=op.f('fk_bundle_line_component_id')),
    sa.PrimaryKeyConstraint('bundle_id', 'component_id', name=op.f('pk_bundle_line'))
    )
    op.create_index(op.f('ix_bundle_line_component_id'), 'bundle_line', ['component_id'], unique=False)
    op.create_table('packaging',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('weight_g', sa.BigInteger(), nullable=False),
    sa.Column('length_mm', sa.BigInteger(), nullable=False),
    sa.Column('width_mm', sa.BigInteger(), nullable=False),
    sa.Column('height_mm', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('qty > 1', name=op.f('ck_packaging_more_than_one')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_packaging_sku_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_packaging')),
    sa.UniqueConstraint('sku_id', 'code', name=op.f('uq_packaging_sku_id_code'))
    )
    op.create_table('stock_class',
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('velocity', sa.String(), nullable=False),
    sa.Column('pieces_a_day', sa.Numeric(precision=14, scale=4), nullable=False),
    sa.Column('lines_a_day', sa.Numeric(precision=14, scale=4), nullable=False),
    sa.Column('computed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("velocity IN ('A', 'B', 'C')", name=op.f('ck_stock_class_velocity_known')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_stock_class_sku_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_stock_class_warehouse_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'sku_id', name=op.f('pk_stock_class'))
    )
    op.create_table('stock_cost',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('value', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.CheckConstraint('qty >= 0 AND value >= 0', name=op.f('ck_stock_cost_not_negative')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_stock_cost_sku_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_cost')),
    sa.UniqueConstraint('warehouse_id', 'sku_id', name=op.f('uq_stock_cost_warehouse_id_sku_id'))
    )
    op.create_table('stock_lot',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('produced_on', sa.Date(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_stock_lot_sku_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_lot')),
    sa.UniqueConstraint('sku_id', 'code', name=op.f('uq_stock_lot_sku_id_code'))
    )
    op.create_index('ix_stock_lot_expiry', 'stock_lot', ['expires_on'], unique=False)
    op.create_table('stock_transfer',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('to_warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('asked_by', sa.BigInteger(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('shipped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('cancelled', 'draft', 'in_transit', 'received')", name=op.f('ck_stock_transfer_status_known')),
    sa.CheckConstraint('warehouse_id <> to_warehouse_id', name=op.f('ck_stock_transfer_goes_somewhere')),
    sa.ForeignKeyConstraint(['to_warehouse_id'], ['warehouse.id'], name=op.f('fk_stock_transfer_to_warehouse_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_stock_transfer_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_transfer')),
    sa.UniqueConstraint('warehouse_id', 'number', name=op.f('uq_stock_transfer_warehouse_id_number'))
    )
    op.create_index('ix_stock_transfer_to', 'stock_transfer', ['to_warehouse_id', 'status'], unique=False)
    op.create_table('stock_adjustment',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('bin_id', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('lot', sa.String(), nullable=False),
    sa.Column('container_id', sa.BigInteger(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('condition', sa.String(), nullable=False),
    sa.Column('change', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('value', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('asked_by', sa.BigInteger(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_stock_adjustment_reason_given')),
    sa.CheckConstraint("status IN ('asked', 'done', 'refused')", name=op.f('ck_stock_adjustment_status_known')),
    sa.CheckConstraint('change <> 0', name=op.f('ck_stock_adjustment_changes_something')),
    sa.ForeignKeyConstraint(['bin_id'], ['bin.id'], name=op.f('fk_stock_adjustment_bin_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_stock_adjustment_owner_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_stock_adjustment_sku_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_stock_adjustment_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_adjustment'))
    )
    op.create_index('ix_stock_adjustment_open', 'stock_adjustment', ['warehouse_id', 'id'], unique=False, postgresql_where="status = 'asked'")
    op.create_table('stock_serial',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('bin_id', sa.BigInteger(), nullable=True),
    sa.Column('container_id', sa.BigInteger(), nullable=False),
    sa.Column('lot', sa.String(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('condition', sa.String(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['bin_id'], ['bin.id'], name=op.f('fk_stock_serial_bin_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_stock_serial_owner_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_stock_serial_sku_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_stock_serial_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_serial')),
    sa.UniqueConstraint('sku_id', 'code', name=op.f('uq_stock_serial_sku_id_code'))
    )
    op.create_index('ix_stock_serial_code', 'stock_serial', ['code'], unique=False)
    op.create_index('ix_stock_serial_place', 'stock_serial', ['bin_id', 'sku_id'], unique=False, postgresql_where='bin_id IS NOT NULL')
    op.create_table('stock_transfer_line',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('transfer_id', sa.BigInteger(), nullable=False),
    sa.Column('bin_id', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('lot', sa.String(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('condition', sa.String(), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('shipped', sa.BigInteger(), nullable=False),
    sa.Column('received', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('qty > 0 AND shipped >= 0 AND shipped <= qty', name=op.f('ck_stock_transfer_line_shipped_within_qty')),
    sa.CheckConstraint('received >= 0 AND received <= shipped', name=op.f('ck_stock_transfer_line_received_within_shipped')),
    sa.ForeignKeyConstraint(['bin_id'], ['bin.id'], name=op.f('fk_stock_transfer_line_bin_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_stock_transfer_line_owner_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_stock_transfer_line_sku_id')),
    sa.ForeignKeyConstraint(['transfer_id'], ['stock_transfer.id'], name=op.f('fk_stock_transfer_line_transfer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_transfer_line'))
    )
    op.create_index(op.f('ix_stock_transfer_line_transfer_id'), 'stock_transfer_line', ['transfer_id'], unique=False)
    op.add_column('barcode', sa.Column('packaging_id', sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f('fk_barcode_packaging_id'), 'barcode', 'packaging', ['packaging_id'], ['id'])
    op.add_column('bin', sa.Column('bay', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('bin', sa.Column('capacity_ml', sa.BigInteger(), nullable=True))
    op.add_column('bin', sa.Column('max_weight_g', sa.BigInteger(), nullable=True))
    op.add_column('bin', sa.Column('max_skus', sa.BigInteger(), nullable=True))
    op.add_column('bin', sa.Column('mix_lots', sa.Boolean(), server_default='true', nullable=False))
    op.add_column('bin', sa.Column('mix_owners', sa.Boolean(), server_default='true', nullable=False))
    op.add_column('bin', sa.Column('velocity', sa.String(), server_default='', nullable=False))
    op.add_column('bin', sa.Column('check_digits', sa.String(), server_default='', nullable=False))
    op.add_column('container', sa.Column('parent_id', sa.BigInteger(), nullable=True))
    op.add_column('container', sa.Column('bin_id', sa.BigInteger(), nullable=True))
    op.create_index('ix_container_parent', 'container', ['parent_id'], unique=False, postgresql_where='parent_id IS NOT NULL')
    op.create_foreign_key(op.f('fk_container_parent_id'), 'container', 'container', ['parent_id'], ['id'])
    op.create_foreign_key(op.f('fk_container_bin_id'), 'container', 'bin', ['bin_id'], ['id'])
    op.add_column('order_line', sa.Column('exploded', sa.Boolean(), server_default='false', nullable=False))
    op.add_column('order_line', sa.Column('bundle_line_id', sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f('fk_order_line_bundle_line_id'), 'order_line', 'order_line', ['bundle_line_id'], ['id'])
    op.add_column('shop', sa.Column('owner_id', sa.BigInteger(), server_default='1', nullable=False))
    op.add_column('shop', sa.Column('min_days_shipping', sa.BigInteger(), server_default='0', nullable=False))
    op.create_foreign_key(op.f('fk_shop_owner_id'), 'shop', 'owner', ['owner_id'], ['id'])
    op.add_column('sku', sa.Column('handling', sa.ARRAY(sa.Text()), server_default='{}', nullable=False))
    op.add_column('sku', sa.Column('lot_tracking', sa.String(), server_default='none', nullable=False))
    op.add_column('sku', sa.Column('serial_tracking', sa.String(), server_default='none', nullable=False))
    op.add_column('sku', sa.Column('expiry_tracked', sa.Boolean(), server_default='false', nullable=False))
    op.add_column('sku', sa.Column('shelf_life_days', sa.BigInteger(), nullable=True))
    op.add_column('sku', sa.Column('min_days_receipt', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('sku', sa.Column('min_days_shipping', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('stock_hold', sa.Column('origin', sa.String(), server_default='order', nullable=False))
    op.add_column('stock_hold', sa.Column('reference', sa.String(), server_default='', nullable=False))
    op.alter_column('stock_hold', 'order_line_id',
               existing_type=sa.BIGINT(),
               nullable=True)
    op.create_index('ix_stock_hold_reference', 'stock_hold', ['reference'], unique=False, postgresql_where="status = 'open' AND origin <> 'order'")
    op.add_column('stock_move', sa.Column('unit_cost', sa.Numeric(precision=14, scale=4), nullable=True))
    op.add_column('stock_move', sa.Column('command_id', sa.Uuid(), nullable=True))
    op.create_index('ix_stock_move_actor', 'stock_move', ['actor_id', 'id'], unique=False)
    op.create_index('ix_stock_move_from_container', 'stock_move', ['from_container_id', 'id'], unique=False, postgresql_where='from_container_id <> 0')
    op.create_index('ix_stock_move_lot', 'stock_move', ['sku_id', 'lot', 'id'], unique=False, postgresql_where="lot <> ''")
    op.create_index('ix_stock_move_serial', 'stock_move', ['serial', 'id'], unique=False, postgresql_where="serial <> ''")
    op.create_index('ix_stock_move_to_container', 'stock_move', ['to_container_id', 'id'], unique=False, postgresql_where='to_container_id <> 0')

    for table, name, rule in CHECKS:
        op.create_check_constraint(op.f(f'ck_{table}_{name}'), table, rule)
    _bin_kinds("'supplier', 'customer', 'adjustment', 'scrap', 'transfer', 'convert'", ", 'transit'")
    op.execute(SPECIAL_BINS)
    op.execute(COSTS)


def downgrade() -> None:
    op.execute("DELETE FROM bin WHERE kind IN ('transit', 'transfer', 'convert')")
    _bin_kinds("'supplier', 'customer', 'adjustment', 'scrap'", '')
    for table, name, _ in CHECKS:
        op.drop_constraint(op.f(f'ck_{table}_{name}'), table, type_='check')
    op.drop_index('ix_stock_move_to_container', table_name='stock_move', postgresql_where='to_container_id <> 0')
    op.drop_index('ix_stock_move_serial', table_name='stock_move', postgresql_where="serial <> ''")
    op.drop_index('ix_stock_move_lot', table_name='stock_move', postgresql_where="lot <> ''")
    op.drop_index('ix_stock_move_from_container', table_name='stock_move', postgresql_where='from_container_id <> 0')
    op.drop_index('ix_stock_move_actor', table_name='stock_move')
    op.drop_column('stock_move', 'command_id')
    op.drop_column('stock_move', 'unit_cost')
    op.drop_index('ix_stock_hold_reference', table_name='stock_hold', postgresql_where="status = 'open' AND origin <> 'order'")
    op.alter_column('stock_hold', 'order_line_id',
               existing_type=sa.BIGINT(),
               nullable=False)
    op.drop_column('stock_hold', 'reference')
    op.drop_column('stock_hold', 'origin')
    op.drop_column('sku', 'min_days_shipping')
    op.drop_column('sku', 'min_days_receipt')
    op.drop_column('sku', 'shelf_life_days')
    op.drop_column('sku', 'expiry_tracked')
    op.drop_column('sku', 'serial_tracking')
    op.drop_column('sku', 'lot_tracking')
    op.drop_column('sku', 'handling')
    op.drop_constraint(op.f('fk_shop_owner_id'), 'shop', type_='foreignkey')
    op.drop_column('shop', 'min_days_shipping')
    op.drop_column('shop', 'owner_id')
    op.drop_constraint(op.f('fk_order_line_bundle_line_id'), 'order_line', type_='foreignkey')
    op.drop_column('order_line', 'bundle_line_id')
    op.drop_column('order_line', 'exploded')
    op.drop_constraint(op.f('fk_container_bin_id'), 'container', type_='foreignkey')
    op.drop_constraint(op.f('fk_container_parent_id'), 'container', type_='foreignkey')
    op.drop_index('ix_container_parent', table_name='container', postgresql_where='parent_id IS NOT NULL')
    op.drop_column('container', 'bin_id')
    op.drop_column('container', 'parent_id')
    op.drop_column('bin', 'check_digits')
    op.drop_column('bin', 'velocity')
    op.drop_column('bin', 'mix_owners')
    op.drop_column('bin', 'mix_lots')
    op.drop_column('bin', 'max_skus')
    op.drop_column('bin', 'max_weight_g')
    op.drop_column('bin', 'capacity_ml')
    op.drop_column('bin', 'bay')
    op.drop_constraint(op.f('fk_barcode_packaging_id'), 'barcode', type_='foreignkey')
    op.drop_column('barcode', 'packaging_id')
    op.drop_index(op.f('ix_stock_transfer_line_transfer_id'), table_name='stock_transfer_line')
    op.drop_table('stock_transfer_line')
    op.drop_index('ix_stock_serial_place', table_name='stock_serial', postgresql_where='bin_id IS NOT NULL')
    op.drop_index('ix_stock_serial_code', table_name='stock_serial')
    op.drop_table('stock_serial')
    op.drop_index('ix_stock_adjustment_open', table_name='stock_adjustment', postgresql_where="status = 'asked'")
    op.drop_table('stock_adjustment')
    op.drop_index('ix_stock_transfer_to', table_name='stock_transfer')
    op.drop_table('stock_transfer')
    op.drop_index('ix_stock_lot_expiry', table_name='stock_lot')
    op.drop_table('stock_lot')
    op.drop_table('stock_cost')
    op.drop_table('stock_class')
    op.drop_table('packaging')
    op.drop_index(op.f('ix_bundle_line_component_id'), table_name='bundle_line')
    op.drop_table('bundle_line')
