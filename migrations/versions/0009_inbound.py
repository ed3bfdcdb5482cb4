"""Inbound: expected receipts, what came in, quality checks, putaway."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0009'
down_revision = '0008'


def upgrade() -> None:
    op.create_table('quality_plan',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=True),
    sa.Column('supplier', sa.String(), nullable=False),
    sa.Column('level', sa.String(), nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=False),
    sa.Column('accept', sa.BigInteger(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.CheckConstraint("level <> 'percent' OR value <= 100", name=op.f('ck_quality_plan_percent_of_hundred')),
    sa.CheckConstraint("level <> 'steps' OR value <= 3", name=op.f('ck_quality_plan_steps_level')),
    sa.CheckConstraint("level IN ('percent', 'pieces', 'steps')", name=op.f('ck_quality_plan_level_known')),
    sa.CheckConstraint('value > 0 AND accept >= 0', name=op.f('ck_quality_plan_numbers_sound')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_quality_plan_sku_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_quality_plan_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quality_plan')),
    sa.UniqueConstraint('warehouse_id', 'sku_id', 'supplier', name=op.f('uq_quality_plan_warehouse_id_sku_id_supplier'), postgresql_nulls_not_distinct=True)
    )
    op.create_table('receipt',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('supplier', sa.String(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('transfer_id', sa.BigInteger(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('blind', sa.Boolean(), nullable=False),
    sa.Column('over_percent', sa.BigInteger(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('expected_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_by', sa.BigInteger(), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('short_reason', sa.String(), nullable=False),
    sa.CheckConstraint("(kind = 'transfer') = (transfer_id IS NOT NULL)", name=op.f('ck_receipt_transfer_named')),
    sa.CheckConstraint("kind IN ('asn', 'purchase', 'transfer', 'return', 'production')", name=op.f('ck_receipt_kind_known')),
    sa.CheckConstraint("status IN ('cancelled', 'closed', 'expected', 'received', 'receiving')", name=op.f('ck_receipt_status_known')),
    sa.CheckConstraint('over_percent BETWEEN 0 AND 100', name=op.f('ck_receipt_over_percent_known')),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_receipt_owner_id')),
    sa.ForeignKeyConstraint(['transfer_id'], ['stock_transfer.id'], name=op.f('fk_receipt_transfer_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_receipt_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt')),
    sa.UniqueConstraint('warehouse_id', 'number', name=op.f('uq_receipt_warehouse_id_number'))
    )
    op.create_index('ix_receipt_open', 'receipt', ['warehouse_id', 'expected_at'], unique=False, postgresql_where="status IN ('expected', 'receiving')")
    op.create_index('uq_receipt_transfer', 'receipt', ['transfer_id'], unique=True, postgresql_where="status <> 'cancelled'")
    op.create_table('putaway_task',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('from_bin_id', sa.BigInteger(), nullable=False),
    sa.Column('container_id', sa.BigInteger(), nullable=False),
    sa.Column('whole', sa.Boolean(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('lot', sa.String(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('condition', sa.String(), nullable=False),
    sa.Column('serials', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('put', sa.BigInteger(), nullable=False),
    sa.Column('bin_id', sa.BigInteger(), nullable=True),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('actual_bin_id', sa.BigInteger(), nullable=True),
    sa.Column('overrule_reason', sa.String(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('done', 'dropped', 'planned')", name=op.f('ck_putaway_task_status_known')),
    sa.CheckConstraint('put >= 0 AND put <= qty', name=op.f('ck_putaway_task_put_within_qty')),
    sa.CheckConstraint('qty > 0', name=op.f('ck_putaway_task_qty_positive')),
    sa.ForeignKeyConstraint(['actual_bin_id'], ['bin.id'], name=op.f('fk_putaway_task_actual_bin_id')),
    sa.ForeignKeyConstraint(['bin_id'], ['bin.id'], name=op.f('fk_putaway_task_bin_id')),
    sa.ForeignKeyConstraint(['from_bin_id'], ['bin.id'], name=op.f('fk_putaway_task_from_bin_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_putaway_task_owner_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_putaway_task_person_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_putaway_task_sku_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_putaway_task_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_putaway_task'))
    )
    op.create_index('ix_putaway_task_bin', 'putaway_task', ['bin_id'], unique=False, postgresql_where="status = 'planned'")
    op.create_index('ix_putaway_task_day', 'putaway_task', ['warehouse_id', 'done_at'], unique=False)
    op.create_index('ix_putaway_task_from', 'putaway_task', ['from_bin_id', 'sku_id'], unique=False, postgresql_where="status = 'planned'")
    op.create_index('ix_putaway_task_person', 'putaway_task', ['person_id'], unique=False, postgresql_where="status = 'planned'")
    op.create_table('receipt_aside',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('receipt_id', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=True),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_by', sa.BigInteger(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.CheckConstraint("reason IN ('unknown', 'over', 'damaged', 'other')", name=op.f('ck_receipt_aside_reason_known')),
    sa.CheckConstraint("status IN ('open', 'settled')", name=op.f('ck_receipt_aside_status_known')),
    sa.CheckConstraint('qty > 0', name=op.f('ck_receipt_aside_qty_positive')),
    sa.ForeignKeyConstraint(['receipt_id'], ['receipt.id'], name=op.f('fk_receipt_aside_receipt_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_receipt_aside_sku_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_receipt_aside_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt_aside'))
    )
    op.create_index('ix_receipt_aside_open', 'receipt_aside', ['warehouse_id', 'id'], unique=False, postgresql_where="status = 'open'")
    op.create_index('ix_receipt_aside_receipt', 'receipt_aside', ['receipt_id'], unique=False)
    op.create_table('receiving',
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('receipt_id', sa.BigInteger(), nullable=False),
    sa.Column('bin_id', sa.BigInteger(), nullable=False),
    sa.Column('container_id', sa.BigInteger(), nullable=False),
    sa.Column('draft', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.ForeignKeyConstraint(['bin_id'], ['bin.id'], name=op.f('fk_receiving_bin_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_receiving_person_id')),
    sa.ForeignKeyConstraint(['receipt_id'], ['receipt.id'], name=op.f('fk_receiving_receipt_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_receiving_warehouse_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_receiving'))
    )
    op.create_index('ix_receiving_receipt', 'receiving', ['receipt_id'], unique=False)
    op.create_table('receipt_line',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('receipt_id', sa.BigInteger(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('most', sa.BigInteger(), nullable=True),
    sa.Column('packaging_id', sa.BigInteger(), nullable=True),
    sa.Column('lot', sa.String(), nullable=False),
    sa.Column('produced_on', sa.Date(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('unit_cost', sa.Numeric(precision=14, scale=4), nullable=True),
    sa.Column('lpn', sa.String(), nullable=False),
    sa.Column('transfer_line_id', sa.BigInteger(), nullable=True),
    sa.Column('received', sa.BigInteger(), nullable=False),
    sa.Column('rejected', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('qty >= 0', name=op.f('ck_receipt_line_qty_not_negative')),
    sa.CheckConstraint('received >= 0 AND received <= most', name=op.f('ck_receipt_line_received_within_most')),
    sa.CheckConstraint('rejected >= 0 AND rejected <= received', name=op.f('ck_receipt_line_rejected_within_received')),
    sa.ForeignKeyConstraint(['packaging_id'], ['packaging.id'], name=op.f('fk_receipt_line_packaging_id')),
    sa.ForeignKeyConstraint(['receipt_id'], ['receipt.id'], name=op.f('fk_receipt_line_receipt_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_receipt_line_sku_id')),
    sa.ForeignKeyConstraint(['transfer_line_id'], ['stock_transfer_line.id'], name=op.f('fk_receipt_line_transfer_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt_line')),
    sa.UniqueConstraint('receipt_id', 'position', name=op.f('uq_receipt_line_receipt_id_position'))
    )
    op.create_index('ix_receipt_line_lpn', 'receipt_line', ['lpn'], unique=False, postgresql_where="lpn <> ''")
    op.create_index('ix_receipt_line_sku', 'receipt_line', ['receipt_id', 'sku_id'], unique=False)
    op.create_index(op.f('ix_receipt_line_sku_id'), 'receipt_line', ['sku_id'], unique=False)
    op.create_index('uq_receipt_line_unannounced', 'receipt_line', ['receipt_id', 'sku_id'], unique=True, postgresql_where='qty = 0')
    op.create_table('receipt_photo',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('receipt_id', sa.BigInteger(), nullable=False),
    sa.Column('aside_id', sa.BigInteger(), nullable=True),
    sa.Column('file', sa.String(), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['aside_id'], ['receipt_aside.id'], name=op.f('fk_receipt_photo_aside_id')),
    sa.ForeignKeyConstraint(['receipt_id'], ['receipt.id'], name=op.f('fk_receipt_photo_receipt_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt_photo')),
    sa.UniqueConstraint('file', name=op.f('uq_receipt_photo_file'))
    )
    op.create_index('ix_receipt_photo_receipt', 'receipt_photo', ['receipt_id', 'id'], unique=False)
    op.create_table('quality_check',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('receipt_id', sa.BigInteger(), nullable=False),
    sa.Column('line_id', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('lot', sa.String(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('container_id', sa.BigInteger(), nullable=False),
    sa.Column('bin_id', sa.BigInteger(), nullable=False),
    sa.Column('serials', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('sample', sa.BigInteger(), nullable=False),
    sa.Column('accept', sa.BigInteger(), nullable=False),
    sa.Column('defects', sa.BigInteger(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('open', 'rejected', 'released', 'withdrawn')", name=op.f('ck_quality_check_status_known')),
    sa.CheckConstraint("why IN ('plan', 'unexpected')", name=op.f('ck_quality_check_why_known')),
    sa.CheckConstraint('defects >= 0 AND defects <= qty', name=op.f('ck_quality_check_defects_within_qty')),
    sa.CheckConstraint('qty > 0 AND sample > 0 AND sample <= qty', name=op.f('ck_quality_check_sample_within_qty')),
    sa.ForeignKeyConstraint(['bin_id'], ['bin.id'], name=op.f('fk_quality_check_bin_id')),
    sa.ForeignKeyConstraint(['line_id'], ['receipt_line.id'], name=op.f('fk_quality_check_line_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_quality_check_owner_id')),
    sa.ForeignKeyConstraint(['receipt_id'], ['receipt.id'], name=op.f('fk_quality_check_receipt_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_quality_check_sku_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_quality_check_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quality_check'))
    )
    op.create_index('ix_quality_check_open', 'quality_check', ['warehouse_id', 'id'], unique=False, postgresql_where="status = 'open'")
    op.create_index('ix_quality_check_receipt', 'quality_check', ['receipt_id'], unique=False)
    op.create_index('uq_quality_check_open', 'quality_check', ['line_id', 'lot', 'container_id', 'bin_id', 'why'], unique=True, postgresql_where="status = 'open'")
    op.create_table('receipt_entry',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('receipt_id', sa.BigInteger(), nullable=False),
    sa.Column('line_id', sa.BigInteger(), nullable=False),
    sa.Column('batch', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=True),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('pack', sa.String(), nullable=False),
    sa.Column('pack_qty', sa.BigInteger(), nullable=False),
    sa.Column('lot', sa.String(), nullable=False),
    sa.Column('produced_on', sa.Date(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('serials', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('condition', sa.String(), nullable=False),
    sa.Column('container_id', sa.BigInteger(), nullable=False),
    sa.Column('bin_id', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('qty > 0', name=op.f('ck_receipt_entry_qty_positive')),
    sa.ForeignKeyConstraint(['bin_id'], ['bin.id'], name=op.f('fk_receipt_entry_bin_id')),
    sa.ForeignKeyConstraint(['line_id'], ['receipt_line.id'], name=op.f('fk_receipt_entry_line_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_receipt_entry_owner_id')),
    sa.ForeignKeyConstraint(['receipt_id'], ['receipt.id'], name=op.f('fk_receipt_entry_receipt_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_receipt_entry_sku_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt_entry'))
    )
    op.create_index('ix_receipt_entry_person', 'receipt_entry', ['person_id', 'id'], unique=False)
    op.create_index('ix_receipt_entry_receipt', 'receipt_entry', ['receipt_id', 'id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_receipt_entry_receipt', table_name='receipt_entry')
    op.drop_index('ix_receipt_entry_person', table_name='receipt_entry')
    op.drop_table('receipt_entry')
    op.drop_index('uq_quality_check_open', table_name='quality_check', postgresql_where="status = 'open'")
    op.drop_index('ix_quality_check_receipt', table_name='quality_check')
    op.drop_index('ix_quality_check_open', table_name='quality_check', postgresql_where="status = 'open'")
    op.drop_table('quality_check')
    op.drop_index('ix_receipt_photo_receipt', table_name='receipt_photo')
    op.drop_table('receipt_photo')
    op.drop_index('uq_receipt_line_unannounced', table_name='receipt_line', postgresql_where='qty = 0')
    op.drop_index(op.f('ix_receipt_line_sku_id'), table_name='receipt_line')
    op.drop_index('ix_receipt_line_sku', table_name='receipt_line')
    op.drop_index('ix_receipt_line_lpn', table_name='receipt_line', postgresql_where="lpn <> ''")
    op.drop_table('receipt_line')
    op.drop_index('ix_receiving_receipt', table_name='receiving')
    op.drop_table('receiving')
    op.drop_index('ix_receipt_aside_receipt', table_name='receipt_aside')
    op.drop_index('ix_receipt_aside_open', table_name='receipt_aside', postgresql_where="status = 'open'")
    op.drop_table('receipt_aside')
    op.drop_index('ix_putaway_task_person', table_name='putaway_task', postgresql_where="status = 'planned'")
    op.drop_index('ix_putaway_task_from', table_name='putaway_task', postgresql_where="status = 'planned'")
    op.drop_index('ix_putaway_task_day', table_name='putaway_task')
    op.drop_index('ix_putaway_task_bin', table_name='putaway_task', postgresql_where="status = 'planned'")
    op.drop_table('putaway_task')
    op.drop_index('uq_receipt_transfer', table_name='receipt', postgresql_where="status <> 'cancelled'")
    op.drop_index('ix_receipt_open', table_name='receipt', postgresql_where="status IN ('expected', 'receiving')")
    op.drop_table('receipt')
    op.drop_table('quality_plan')
