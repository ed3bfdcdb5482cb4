"""Replenishment: pick faces, the tasks that fill them, and when more is bought."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'


def upgrade() -> None:
    op.create_table('reorder_rule',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('min_qty', sa.BigInteger(), nullable=False),
    sa.Column('cover_days', sa.BigInteger(), nullable=False),
    sa.Column('lead_days', sa.BigInteger(), nullable=False),
    sa.Column('multiple', sa.BigInteger(), nullable=False),
    sa.Column('over_days', sa.BigInteger(), nullable=False),
    sa.Column('supplier', sa.String(), nullable=False),
    sa.CheckConstraint('min_qty >= 0 AND cover_days >= 0 AND lead_days >= 0 AND multiple > 0', name=op.f('ck_reorder_rule_not_negative')),
    sa.CheckConstraint('over_days > 0', name=op.f('ck_reorder_rule_over_days_positive')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_reorder_rule_sku_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_reorder_rule_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reorder_rule')),
    sa.UniqueConstraint('warehouse_id', 'sku_id', name=op.f('uq_reorder_rule_warehouse_id_sku_id'))
    )
    op.create_table('pick_face',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('bin_id', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('min_qty', sa.BigInteger(), nullable=False),
    sa.Column('max_qty', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('min_qty >= 0 AND max_qty > min_qty', name=op.f('ck_pick_face_room_between')),
    sa.ForeignKeyConstraint(['bin_id'], ['bin.id'], name=op.f('fk_pick_face_bin_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_pick_face_sku_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_pick_face_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pick_face')),
    sa.UniqueConstraint('bin_id', 'sku_id', name=op.f('uq_pick_face_bin_id_sku_id'))
    )
    op.create_index('ix_pick_face_sku', 'pick_face', ['warehouse_id', 'sku_id'], unique=False)
    op.create_table('replenish_task',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('from_bin_id', sa.BigInteger(), nullable=False),
    sa.Column('lot', sa.String(), nullable=False),
    sa.Column('container_id', sa.BigInteger(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('to_bin_id', sa.BigInteger(), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('pack_qty', sa.BigInteger(), nullable=False),
    sa.Column('urgency', sa.String(), nullable=False),
    sa.Column('rank', sa.BigInteger(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=True),
    sa.Column('cart_id', sa.BigInteger(), nullable=True),
    sa.Column('at_source_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('carried', sa.BigInteger(), nullable=False),
    sa.Column('put', sa.BigInteger(), nullable=False),
    sa.Column('returned', sa.BigInteger(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(status IN ('assigned', 'carried')) = (person_id IS NOT NULL)", name=op.f('ck_replenish_task_worked_by_someone')),
    sa.CheckConstraint("status IN ('assigned', 'cancelled', 'carried', 'done', 'open')", name=op.f('ck_replenish_task_status_known')),
    sa.CheckConstraint("urgency IN ('emergency', 'wave', 'minimum')", name=op.f('ck_replenish_task_urgency_known')),
    sa.CheckConstraint('carried >= 0 AND carried <= qty', name=op.f('ck_replenish_task_carried_within_qty')),
    sa.CheckConstraint('put >= 0 AND returned >= 0 AND put + returned <= carried', name=op.f('ck_replenish_task_put_within_carried')),
    sa.CheckConstraint('qty > 0 AND pack_qty > 0', name=op.f('ck_replenish_task_qty_positive')),
    sa.ForeignKeyConstraint(['from_bin_id'], ['bin.id'], name=op.f('fk_replenish_task_from_bin_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_replenish_task_owner_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_replenish_task_sku_id')),
    sa.ForeignKeyConstraint(['to_bin_id'], ['bin.id'], name=op.f('fk_replenish_task_to_bin_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_replenish_task_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_replenish_task'))
    )
    op.create_index('ix_replenish_task_face', 'replenish_task', ['to_bin_id', 'sku_id'], unique=False, postgresql_where="status IN ('open', 'assigned', 'carried')")
    op.create_index('ix_replenish_task_person', 'replenish_task', ['person_id'], unique=False, postgresql_where='person_id IS NOT NULL')
    op.create_index('ix_replenish_task_todo', 'replenish_task', ['warehouse_id', 'rank', 'id'], unique=False, postgresql_where="status IN ('open', 'assigned', 'carried')")


def downgrade() -> None:
    op.drop_index('ix_replenish_task_todo', table_name='replenish_task', postgresql_where="status IN ('open', 'assigned', 'carried')")
    op.drop_index('ix_replenish_task_person', table_name='replenish_task', postgresql_where='person_id IS NOT NULL')
    op.drop_index('ix_replenish_task_face', table_name='replenish_task', postgresql_where="status IN ('open', 'assigned', 'carried')")
    op.drop_table('replenish_task')
    op.drop_index('ix_pick_face_sku', table_name='pick_face')
    op.drop_table('pick_face')
    op.drop_table('reorder_rule')
