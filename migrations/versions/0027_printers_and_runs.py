"""Runs of labels in an order that counts, and parcels whose waybill is printed before they are packed."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0027'
down_revision = '0026'

BEFORE = "status IN ('closed', 'loaded', 'open', 'shipped', 'void')"
AFTER = "status IN ('closed', 'loaded', 'open', 'planned', 'shipped', 'void')"
CHECK = 'ck_parcel_status_known'


def upgrade() -> None:
    op.create_table(
        'print_run',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
        sa.Column('station_id', sa.BigInteger(), nullable=False),
        sa.Column('document', sa.String(), nullable=False),
        sa.Column('source', sa.String(), nullable=False),
        sa.Column('title', sa.String(), nullable=False),
        sa.Column('way', sa.String(), nullable=False),
        sa.Column('maker', sa.String(), nullable=False),
        sa.Column('todo', postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column('made', sa.BigInteger(), nullable=False),
        sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('stopped_by', sa.String(), nullable=True),
        sa.Column('asked_by', sa.BigInteger(), nullable=True),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            'made >= 0 AND made <= cardinality(todo)', name=op.f('ck_print_run_made_of_those_to_do')
        ),
        sa.CheckConstraint(
            '(stopped_at IS NULL) = (stopped_by IS NULL)', name=op.f('ck_print_run_stopped_by_something')
        ),
        sa.CheckConstraint("stopped_by IN ('doubt', 'person')", name=op.f('ck_print_run_stopped_by_known')),
        sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_print_run_warehouse_id')),
        sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_print_run_station_id')),
        sa.ForeignKeyConstraint(['asked_by'], ['person.id'], name=op.f('fk_print_run_asked_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_print_run')),
    )
    op.create_index('ix_print_run_warehouse', 'print_run', ['warehouse_id', 'id'])
    op.add_column('print_job', sa.Column('run_id', sa.BigInteger(), nullable=True))
    op.add_column('print_job', sa.Column('run_place', sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f('fk_print_job_run_id'), 'print_job', 'print_run', ['run_id'], ['id'])
    op.create_check_constraint(
        op.f('ck_print_job_place_in_a_run'), 'print_job', '(run_id IS NULL) = (run_place IS NULL)'
    )
    op.create_index(
        'ix_print_job_run', 'print_job', ['run_id', 'run_place'], postgresql_where=sa.text('run_id IS NOT NULL')
    )
    op.create_index(
        'ix_print_job_doubt', 'print_job', ['station_id'], postgresql_where=sa.text("status = 'uncertain'")
    )
    op.drop_constraint(op.f(CHECK), 'parcel')
    op.create_check_constraint(op.f(CHECK), 'parcel', AFTER)
    op.create_index(
        'uq_parcel_order_planned', 'parcel', ['order_id'], unique=True,
        postgresql_where=sa.text("status = 'planned'"),
    )  # fmt: skip


def downgrade() -> None:
    op.execute("UPDATE parcel SET status = 'void' WHERE status = 'planned'")
    op.drop_index('uq_parcel_order_planned', 'parcel')
    op.drop_constraint(op.f(CHECK), 'parcel')
    op.create_check_constraint(op.f(CHECK), 'parcel', BEFORE)
    op.drop_index('ix_print_job_doubt', 'print_job')
    op.drop_index('ix_print_job_run', 'print_job')
    op.drop_constraint(op.f('ck_print_job_place_in_a_run'), 'print_job')
    op.drop_constraint(op.f('fk_print_job_run_id'), 'print_job')
    op.drop_column('print_job', 'run_place')
    op.drop_column('print_job', 'run_id')
    op.drop_table('print_run')
