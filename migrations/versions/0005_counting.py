"""Counting: plans, tasks, what was seen, and what came of it."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    op.create_table('count_plan',
    sa.Column('warehouse_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('days_a', sa.BigInteger(), nullable=False),
    sa.Column('days_b', sa.BigInteger(), nullable=False),
    sa.Column('days_c', sa.BigInteger(), nullable=False),
    sa.Column('audit_bins', sa.BigInteger(), nullable=False),
    sa.Column('tolerance_pieces', sa.BigInteger(), nullable=False),
    sa.Column('tolerance_percent', sa.BigInteger(), nullable=False),
    sa.Column('tolerance_value', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('approval_value', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('other_person', sa.Boolean(), nullable=False),
    sa.Column('zero_checks', sa.Boolean(), nullable=False),
    sa.CheckConstraint('days_a > 0 AND days_b > 0 AND days_c > 0 AND audit_bins >= 0', name=op.f('ck_count_plan_days_positive')),
    sa.CheckConstraint('tolerance_pieces >= 0 AND tolerance_percent BETWEEN 0 AND 100', name=op.f('ck_count_plan_tolerance_sound')),
    sa.CheckConstraint('tolerance_value >= 0 AND approval_value >= 0', name=op.f('ck_count_plan_values_not_negative')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_count_plan_warehouse_id')),
    sa.PrimaryKeyConstraint('warehouse_id', name=op.f('pk_count_plan'))
    )
    op.create_table('count_task',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('bin_id', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('round', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=True),
    sa.Column('at_bin_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('container_id', sa.BigInteger(), nullable=False),
    sa.Column('asked_by', sa.BigInteger(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("(status = 'counting') = (person_id IS NOT NULL)", name=op.f('ck_count_task_counting_by_someone')),
    sa.CheckConstraint("kind IN ('bin', 'sku', 'cycle', 'zero', 'audit', 'short')", name=op.f('ck_count_task_kind_known')),
    sa.CheckConstraint("status IN ('approval', 'cancelled', 'counted', 'counting', 'done', 'open', 'recount')", name=op.f('ck_count_task_status_known')),
    sa.ForeignKeyConstraint(['bin_id'], ['bin.id'], name=op.f('fk_count_task_bin_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_count_task_sku_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_count_task_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_count_task'))
    )
    op.create_index('ix_count_task_done', 'count_task', ['bin_id', 'ended_at'], unique=False, postgresql_where="status = 'done'")
    op.create_index('ix_count_task_todo', 'count_task', ['warehouse_id', 'status'], unique=False, postgresql_where="status NOT IN ('done', 'cancelled')")
    op.create_index('uq_count_task_bin', 'count_task', ['bin_id'], unique=True, postgresql_where="status NOT IN ('done', 'cancelled')")
    op.create_index('uq_count_task_person', 'count_task', ['person_id'], unique=True, postgresql_where='person_id IS NOT NULL')
    op.create_table('count_line',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('task_id', sa.BigInteger(), nullable=False),
    sa.Column('round', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('lot', sa.String(), nullable=False),
    sa.Column('container_id', sa.BigInteger(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('condition', sa.String(), nullable=False),
    sa.Column('counted', sa.BigInteger(), nullable=False),
    sa.Column('book', sa.BigInteger(), nullable=False),
    sa.Column('difference', sa.BigInteger(), nullable=False),
    sa.Column('value', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('posted', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("outcome IN ('same', 'posted', 'pending', 'again', 'approval', 'dropped')", name=op.f('ck_count_line_outcome_known')),
    sa.CheckConstraint('abs(posted) <= abs(difference)', name=op.f('ck_count_line_posted_within_difference')),
    sa.CheckConstraint('difference = counted - book', name=op.f('ck_count_line_difference_follows')),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_count_line_owner_id')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_count_line_sku_id')),
    sa.ForeignKeyConstraint(['task_id'], ['count_task.id'], name=op.f('fk_count_line_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_count_line')),
    sa.UniqueConstraint('task_id', 'round', 'sku_id', 'lot', 'container_id', 'owner_id', 'condition', name='uq_count_line_place')
    )
    op.create_index('ix_count_line_pending', 'count_line', ['task_id'], unique=False, postgresql_where="outcome = 'pending'")
    op.create_table('count_round',
    sa.Column('task_id', sa.BigInteger(), nullable=False),
    sa.Column('nr', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['count_task.id'], name=op.f('fk_count_round_task_id')),
    sa.PrimaryKeyConstraint('task_id', 'nr', name=op.f('pk_count_round'))
    )
    op.create_table('count_tally',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('task_id', sa.BigInteger(), nullable=False),
    sa.Column('round', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('lot', sa.String(), nullable=False),
    sa.Column('container_id', sa.BigInteger(), nullable=False),
    sa.Column('condition', sa.String(), nullable=False),
    sa.Column('counted', sa.BigInteger(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('counted >= 0', name=op.f('ck_count_tally_counted_not_negative')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_count_tally_sku_id')),
    sa.ForeignKeyConstraint(['task_id'], ['count_task.id'], name=op.f('fk_count_tally_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_count_tally')),
    sa.UniqueConstraint('task_id', 'round', 'sku_id', 'lot', 'container_id', 'condition', name='uq_count_tally_seen')
    )


def downgrade() -> None:
    op.drop_table('count_tally')
    op.drop_table('count_round')
    op.drop_index('ix_count_line_pending', table_name='count_line', postgresql_where="outcome = 'pending'")
    op.drop_table('count_line')
    op.drop_index('uq_count_task_person', table_name='count_task', postgresql_where='person_id IS NOT NULL')
    op.drop_index('uq_count_task_bin', table_name='count_task', postgresql_where="status NOT IN ('done', 'cancelled')")
    op.drop_index('ix_count_task_todo', table_name='count_task', postgresql_where="status NOT IN ('done', 'cancelled')")
    op.drop_index('ix_count_task_done', table_name='count_task', postgresql_where="status = 'done'")
    op.drop_table('count_task')
    op.drop_table('count_plan')
