"""Walks that are cut by zones: stages of a cart, sections that wait for the one before, totes that meet at a station."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'

METHODS = ('order', 'cart', 'wall', 'relay', 'consolidate', 'single', 'same', 'prepack')
STATUSES = ('assigned', 'cancelled', 'open', 'picked', 'picking', 'waiting')


def _known(table: str, column: str, values: tuple[str, ...], name: str) -> None:
    op.drop_constraint(op.f(f'ck_{table}_{name}'), table)
    listed = ', '.join(f"'{value}'" for value in values)
    op.create_check_constraint(op.f(f'ck_{table}_{name}'), table, f'{column} IN ({listed})')


def upgrade() -> None:
    for table in ('wave', 'wave_rule'):
        _known(table, 'method', METHODS, 'method_known')
    _known('pick_task', 'status', STATUSES, 'status_known')
    op.add_column('wave_cart', sa.Column('stage', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('wave_cart', sa.Column('zone_id', sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f('fk_wave_cart_zone_id'), 'wave_cart', 'zone', ['zone_id'], ['id'])
    op.add_column('pick_task', sa.Column('stage', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('pick_task', sa.Column('relay_id', sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f('fk_pick_task_relay_id'), 'pick_task', 'wave_cart', ['relay_id'], ['id'])
    op.create_check_constraint(
        op.f('ck_pick_task_stage_of_a_relay'), 'pick_task', '(stage > 0) = (relay_id IS NOT NULL)'
    )
    op.create_index(
        'ix_pick_task_relay', 'pick_task', ['relay_id'], postgresql_where=sa.text('relay_id IS NOT NULL')
    )
    op.add_column('pick_tote', sa.Column('station_id', sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f('fk_pick_tote_station_id'), 'pick_tote', 'station', ['station_id'], ['id'])


def downgrade() -> None:
    op.drop_column('pick_tote', 'station_id')
    op.drop_index('ix_pick_task_relay', 'pick_task')
    op.drop_constraint(op.f('ck_pick_task_stage_of_a_relay'), 'pick_task')
    for name in ('relay_id', 'stage'):
        op.drop_column('pick_task', name)
    for name in ('zone_id', 'stage'):
        op.drop_column('wave_cart', name)
    op.execute("UPDATE pick_task SET status = 'open' WHERE status = 'waiting'")
    _known('pick_task', 'status', tuple(each for each in STATUSES if each != 'waiting'), 'status_known')
    op.execute("UPDATE wave SET method = 'relay' WHERE method = 'consolidate'")
    op.execute("UPDATE wave_rule SET method = 'relay' WHERE method = 'consolidate'")
    for table in ('wave', 'wave_rule'):
        _known(table, 'method', tuple(each for each in METHODS if each != 'consolidate'), 'method_known')
