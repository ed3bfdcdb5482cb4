"""Picking in bulk, and put walls where it is sorted."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0011'


def upgrade() -> None:
    op.add_column('pick_task', sa.Column('kind', sa.String(), server_default='cart', nullable=False))
    op.create_check_constraint(op.f('ck_pick_task_kind_known'), 'pick_task', "kind IN ('cart', 'bulk')")
    op.alter_column('pick_tote', 'order_id', nullable=True)
    op.create_check_constraint(
        op.f('ck_pick_tote_of_an_order_or_a_tote'), 'pick_tote', "order_id IS NOT NULL OR container_id IS NOT NULL"
    )
    op.add_column('pick_line', sa.Column('sorted', sa.BigInteger(), server_default='0', nullable=False))
    op.create_check_constraint(
        op.f('ck_pick_line_sorted_within_picked'), 'pick_line', "sorted >= 0 AND sorted <= picked"
    )
    op.create_table('wall',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_wall_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wall')),
    sa.UniqueConstraint('warehouse_id', 'code', name=op.f('uq_wall_warehouse_id_code'))
    )
    op.create_table('wall_slot',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('wall_id', sa.BigInteger(), nullable=False),
    sa.Column('nr', sa.BigInteger(), nullable=False),
    sa.Column('container_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['container_id'], ['container.id'], name=op.f('fk_wall_slot_container_id')),
    sa.ForeignKeyConstraint(['wall_id'], ['wall.id'], name=op.f('fk_wall_slot_wall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wall_slot')),
    sa.UniqueConstraint('container_id', name=op.f('uq_wall_slot_container_id')),
    sa.UniqueConstraint('wall_id', 'nr', name=op.f('uq_wall_slot_wall_id_nr'))
    )
    op.create_table('wall_sorter',
    sa.Column('person_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('wall_id', sa.BigInteger(), nullable=False),
    sa.Column('container_id', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['container_id'], ['container.id'], name=op.f('fk_wall_sorter_container_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_wall_sorter_person_id')),
    sa.ForeignKeyConstraint(['wall_id'], ['wall.id'], name=op.f('fk_wall_sorter_wall_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_wall_sorter'))
    )
    op.create_table('wall_put',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('wall_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('container_id', sa.BigInteger(), nullable=False),
    sa.Column('slot_id', sa.BigInteger(), nullable=False),
    sa.Column('line_id', sa.BigInteger(), nullable=True),
    sa.Column('why', sa.String(), nullable=True),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('lot', sa.String(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('condition', sa.String(), nullable=False),
    sa.Column('serial', sa.String(), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('dropped', 'put', 'shown', 'undone')", name=op.f('ck_wall_put_status_known')),
    sa.CheckConstraint('line_id IS NOT NULL OR why IS NOT NULL', name=op.f('ck_wall_put_of_a_line_or_why')),
    sa.CheckConstraint('qty > 0', name=op.f('ck_wall_put_qty_positive')),
    sa.ForeignKeyConstraint(['container_id'], ['container.id'], name=op.f('fk_wall_put_container_id')),
    sa.ForeignKeyConstraint(['line_id'], ['pick_line.id'], name=op.f('fk_wall_put_line_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_wall_put_owner_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_wall_put_person_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_wall_put_sku_id')),
    sa.ForeignKeyConstraint(['slot_id'], ['wall_slot.id'], name=op.f('fk_wall_put_slot_id')),
    sa.ForeignKeyConstraint(['wall_id'], ['wall.id'], name=op.f('fk_wall_put_wall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wall_put'))
    )
    op.create_index('ix_wall_put_line', 'wall_put', ['line_id'], postgresql_where=sa.text("status = 'shown'"))
    op.create_index('ix_wall_put_wall', 'wall_put', ['wall_id', 'id'])
    op.create_index('uq_wall_put_shown', 'wall_put', ['person_id'], unique=True,
                    postgresql_where=sa.text("status = 'shown'"))
    op.create_table('station_batch',
    sa.Column('station_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('container_id', sa.BigInteger(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['container_id'], ['container.id'], name=op.f('fk_station_batch_container_id')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_station_batch_station_id')),
    sa.PrimaryKeyConstraint('station_id', name=op.f('pk_station_batch'))
    )


def downgrade() -> None:
    for name in ('station_batch', 'wall_put', 'wall_sorter', 'wall_slot', 'wall'):
        op.drop_table(name)
    op.drop_constraint(op.f('ck_pick_line_sorted_within_picked'), 'pick_line')
    op.drop_column('pick_line', 'sorted')
    op.drop_constraint(op.f('ck_pick_tote_of_an_order_or_a_tote'), 'pick_tote')
    op.execute("DELETE FROM pick_tote WHERE order_id IS NULL")
    op.alter_column('pick_tote', 'order_id', nullable=False)
    op.drop_constraint(op.f('ck_pick_task_kind_known'), 'pick_task')
    op.drop_column('pick_task', 'kind')
