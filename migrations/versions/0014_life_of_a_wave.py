"""Goods that go back, how a warehouse picks, who may pick where, and tasks that know where they go."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0014'
down_revision = '0013'


def upgrade() -> None:
    ids = postgresql.ARRAY(sa.BigInteger())
    words = postgresql.ARRAY(sa.Text())
    op.add_column('pick_task', sa.Column('zone_ids', ids, server_default='{}', nullable=False))
    op.add_column('pick_task', sa.Column('first_bin_id', sa.BigInteger(), nullable=True))
    op.add_column('pick_task', sa.Column('send_home', sa.Boolean(), server_default='false', nullable=False))
    op.create_foreign_key(op.f('fk_pick_task_first_bin_id'), 'pick_task', 'bin', ['first_bin_id'], ['id'])
    op.add_column('pick_line', sa.Column('put_back', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('pick_line', sa.Column('awaits', sa.Boolean(), server_default='false', nullable=False))
    op.create_check_constraint(
        op.f('ck_pick_line_put_back_within_qty'), 'pick_line', 'put_back >= 0 AND picked + put_back <= qty'
    )
    op.create_index('ix_pick_line_awaits', 'pick_line', ['bin_id', 'sku_id'], postgresql_where=sa.text('awaits'))
    op.create_table(
        'put_back',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
        sa.Column('order_id', sa.BigInteger(), nullable=False),
        sa.Column('container_id', sa.BigInteger(), nullable=False),
        sa.Column('bin_id', sa.BigInteger(), nullable=False),
        sa.Column('status', sa.String(), nullable=False),
        sa.Column('why', sa.String(), nullable=False),
        sa.Column('put', sa.BigInteger(), nullable=False),
        sa.Column('person_id', sa.BigInteger(), nullable=True),
        sa.Column('asked_by', sa.BigInteger(), nullable=True),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('cancelled', 'done', 'open', 'taken')", name=op.f('ck_put_back_status_known')),
        sa.CheckConstraint('put >= 0', name=op.f('ck_put_back_put_not_negative')),
        sa.ForeignKeyConstraint(['bin_id'], ['bin.id'], name=op.f('fk_put_back_bin_id')),
        sa.ForeignKeyConstraint(['container_id'], ['container.id'], name=op.f('fk_put_back_container_id')),
        sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_put_back_order_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_put_back_person_id')),
        sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_put_back_warehouse_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_put_back')),
    )
    active = sa.text("status IN ('open', 'taken')")
    op.create_index('uq_put_back_container', 'put_back', ['container_id'], unique=True, postgresql_where=active)
    op.create_index('ix_put_back_todo', 'put_back', ['warehouse_id', 'id'], postgresql_where=active)
    op.create_index('ix_put_back_order', 'put_back', ['order_id'])
    op.create_table(
        'pick_plan',
        sa.Column('warehouse_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('short_ways', words, server_default='{another,replenish,count,order}', nullable=False),
        sa.Column('idle_minutes', sa.BigInteger(), server_default='10', nullable=False),
        sa.Column('put_back_at', sa.String(), server_default='', nullable=False),
        sa.CheckConstraint('idle_minutes > 0', name=op.f('ck_pick_plan_idle_positive')),
        sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_pick_plan_warehouse_id')),
        sa.PrimaryKeyConstraint('warehouse_id', name=op.f('pk_pick_plan')),
    )
    op.create_table(
        'pick_person',
        sa.Column('person_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('warehouse_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('zone_ids', ids, server_default='{}', nullable=False),
        sa.Column('skills', words, server_default='{}', nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_pick_person_person_id')),
        sa.ForeignKeyConstraint(
            ['warehouse_id'], ['warehouse.id'], name=op.f('fk_pick_person_warehouse_id')
        ),
        sa.PrimaryKeyConstraint('person_id', 'warehouse_id', name=op.f('pk_pick_person')),
    )
    op.create_table(
        'pick_zone_skill',
        sa.Column('zone_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('skill', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['zone_id'], ['zone.id'], name=op.f('fk_pick_zone_skill_zone_id')),
        sa.PrimaryKeyConstraint('zone_id', 'skill', name=op.f('pk_pick_zone_skill')),
    )
    op.create_table(
        'pick_wave_person',
        sa.Column('wave_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('person_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_pick_wave_person_person_id')),
        sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_pick_wave_person_wave_id')),
        sa.PrimaryKeyConstraint('wave_id', 'person_id', name=op.f('pk_pick_wave_person')),
    )


def downgrade() -> None:
    for name in ('pick_wave_person', 'pick_zone_skill', 'pick_person', 'pick_plan', 'put_back'):
        op.drop_table(name)
    op.drop_index('ix_pick_line_awaits', 'pick_line')
    op.drop_constraint(op.f('ck_pick_line_put_back_within_qty'), 'pick_line')
    for name in ('awaits', 'put_back'):
        op.drop_column('pick_line', name)
    op.drop_constraint(op.f('fk_pick_task_first_bin_id'), 'pick_task')
    for name in ('send_home', 'first_bin_id', 'zone_ids'):
        op.drop_column('pick_task', name)
