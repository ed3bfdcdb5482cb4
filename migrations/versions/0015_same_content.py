"""Orders with the same content (several bulk totes on one table, samples, runs of parcels), and sealed boxes."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'

_ORIGINS = "'order', 'transfer', 'replenish', 'kit', 'manual'"


def upgrade() -> None:
    op.drop_constraint(op.f('pk_station_batch'), 'station_batch')
    op.create_primary_key(op.f('pk_station_batch'), 'station_batch', ['station_id', 'container_id'])
    op.create_table(
        'parcel_sample',
        sa.Column('parcel_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('wave_id', sa.BigInteger(), nullable=False),
        sa.Column('content', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['parcel_id'], ['parcel.id'], name=op.f('fk_parcel_sample_parcel_id')),
        sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_parcel_sample_wave_id')),
        sa.PrimaryKeyConstraint('parcel_id', name=op.f('pk_parcel_sample')),
    )
    op.create_index('ix_parcel_sample_content', 'parcel_sample', ['wave_id', 'content'])
    op.create_table(
        'parcel_run',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('station_id', sa.BigInteger(), nullable=False),
        sa.Column('wave_id', sa.BigInteger(), nullable=False),
        sa.Column('content', sa.String(), nullable=False),
        sa.Column('weight_g', sa.BigInteger(), nullable=True),
        sa.Column('asked', sa.BigInteger(), nullable=False),
        sa.Column('made', sa.BigInteger(), nullable=False),
        sa.Column('started_by', sa.BigInteger(), nullable=True),
        sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('made >= 0 AND made <= asked', name=op.f('ck_parcel_run_made_within_asked')),
        sa.ForeignKeyConstraint(['started_by'], ['person.id'], name=op.f('fk_parcel_run_started_by')),
        sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_parcel_run_station_id')),
        sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_parcel_run_wave_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_parcel_run')),
    )
    op.create_index('ix_parcel_run_station', 'parcel_run', ['station_id', 'id'])
    op.create_index(
        'uq_parcel_run_open', 'parcel_run', ['station_id'], unique=True, postgresql_where=sa.text('ended_at IS NULL')
    )
    op.add_column('parcel', sa.Column('run_id', sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f('fk_parcel_run_id'), 'parcel', 'parcel_run', ['run_id'], ['id'])
    op.create_index('ix_parcel_run', 'parcel', ['run_id'], postgresql_where=sa.text('run_id IS NOT NULL'))
    op.create_table(
        'sealed_box',
        sa.Column('container_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
        sa.Column('code', sa.String(), nullable=False),
        sa.Column('content', sa.String(), nullable=False),
        sa.Column('status', sa.String(), nullable=False),
        sa.Column('sealed_by', sa.BigInteger(), nullable=True),
        sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('opened', 'sealed', 'used')", name=op.f('ck_sealed_box_status_known')),
        sa.ForeignKeyConstraint(['container_id'], ['container.id'], name=op.f('fk_sealed_box_container_id')),
        sa.ForeignKeyConstraint(['sealed_by'], ['person.id'], name=op.f('fk_sealed_box_sealed_by')),
        sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_sealed_box_warehouse_id')),
        sa.PrimaryKeyConstraint('container_id', name=op.f('pk_sealed_box')),
        sa.UniqueConstraint('warehouse_id', 'code', name=op.f('uq_sealed_box_warehouse_id_code')),
    )
    op.create_index(
        'ix_sealed_box_content', 'sealed_box', ['warehouse_id', 'content'],
        postgresql_where=sa.text("status = 'sealed'"),
    )
    _check('stock_hold', 'origin_known', f"origin IN ({_ORIGINS}, 'box')")
    _check('pick_task', 'kind_known', "kind IN ('cart', 'bulk', 'box')")


def _check(table: str, name: str, rule: str) -> None:
    """Replace a check of a table."""
    op.drop_constraint(op.f(f'ck_{table}_{name}'), table)
    op.create_check_constraint(op.f(f'ck_{table}_{name}'), table, rule)


def downgrade() -> None:
    op.execute("UPDATE stock_balance b SET held = b.held - h.qty FROM (SELECT balance_id, sum(qty) AS qty "
               "FROM stock_hold WHERE origin = 'box' GROUP BY balance_id) h WHERE b.id = h.balance_id")
    op.execute("DELETE FROM stock_hold WHERE origin = 'box'")
    op.execute("UPDATE pick_task SET kind = 'cart' WHERE kind = 'box'")
    _check('pick_task', 'kind_known', "kind IN ('cart', 'bulk')")
    _check('stock_hold', 'origin_known', f"origin IN ({_ORIGINS})")
    op.drop_table('sealed_box')
    op.drop_index('ix_parcel_run', 'parcel')
    op.drop_constraint(op.f('fk_parcel_run_id'), 'parcel')
    op.drop_column('parcel', 'run_id')
    op.drop_table('parcel_run')
    op.drop_table('parcel_sample')
    op.execute(
        'DELETE FROM station_batch b USING station_batch o '
        'WHERE o.station_id = b.station_id AND o.container_id > b.container_id'
    )
    op.drop_constraint(op.f('pk_station_batch'), 'station_batch')
    op.create_primary_key(op.f('pk_station_batch'), 'station_batch', ['station_id'])
