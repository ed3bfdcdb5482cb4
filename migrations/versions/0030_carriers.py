"""Accounts with carriers over a network: their secrets, who is asked next, questions, and where parcels are."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0030'
down_revision = '0029'

REFUSALS = "('unreachable', 'account', 'data', 'other')"
STATES = "('in_transit', 'out_for_delivery', 'signed', 'refused', 'problem', 'returned')"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column('carrier', sa.Column('settings', postgresql.JSONB(), server_default='{}', nullable=False))
    op.add_column('carrier', sa.Column('sealed', sa.LargeBinary(), nullable=True))
    op.create_table(
        'carrier_fallback',
        sa.Column('carrier_id', sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column('place', sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column('to_carrier_id', sa.BigInteger(), nullable=False),
        sa.Column('why', sa.String(), server_default='any', nullable=False),
        sa.CheckConstraint("why IN ('any', 'unreachable', 'account', 'data', 'other')", name=op.f('ck_carrier_fallback_why_known')),
        sa.CheckConstraint('to_carrier_id <> carrier_id', name=op.f('ck_carrier_fallback_another')),
        sa.ForeignKeyConstraint(['carrier_id'], ['carrier.id'], name=op.f('fk_carrier_fallback_carrier_id')),
        sa.ForeignKeyConstraint(['to_carrier_id'], ['carrier.id'], name=op.f('fk_carrier_fallback_to_carrier_id')),
        sa.PrimaryKeyConstraint('carrier_id', 'place', name=op.f('pk_carrier_fallback')),
    )
    op.add_column('waybill', sa.Column('ask_at', MOMENT, nullable=True))
    op.add_column('waybill', sa.Column('in_doubt', sa.Boolean(), server_default='false', nullable=False))
    op.add_column('waybill', sa.Column('tries', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('waybill', sa.Column('trouble', sa.String(), server_default='', nullable=False))
    op.add_column('waybill', sa.Column('refused', sa.String(), nullable=True))
    op.add_column('waybill', sa.Column('given_back_at', MOMENT, nullable=True))
    op.create_check_constraint(op.f('ck_waybill_refused_known'), 'waybill', f'refused IS NULL OR refused IN {REFUSALS}')
    op.create_index('ix_waybill_ask', 'waybill', ['ask_at', 'id'], postgresql_where=sa.text('ask_at IS NOT NULL'))
    op.create_table(
        'parcel_track',
        sa.Column('waybill_id', sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
        sa.Column('by_carrier_id', sa.BigInteger(), nullable=False),
        sa.Column('left_at', MOMENT, nullable=False),
        sa.Column('state', sa.String(), nullable=True),
        sa.Column('state_at', MOMENT, nullable=True),
        sa.Column('seen_at', MOMENT, nullable=True),
        sa.Column('signed_at', MOMENT, nullable=True),
        sa.Column('told_at', MOMENT, nullable=True),
        sa.Column('ask_at', MOMENT, nullable=True),
        sa.Column('watch_at', MOMENT, nullable=True),
        sa.Column('tries', sa.BigInteger(), nullable=False),
        sa.Column('trouble', sa.String(), nullable=False),
        sa.CheckConstraint(f'state IS NULL OR state IN {STATES}', name=op.f('ck_parcel_track_state_known')),
        sa.ForeignKeyConstraint(['waybill_id'], ['waybill.id'], name=op.f('fk_parcel_track_waybill_id')),
        sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_parcel_track_warehouse_id')),
        sa.ForeignKeyConstraint(['by_carrier_id'], ['carrier.id'], name=op.f('fk_parcel_track_by_carrier_id')),
        sa.PrimaryKeyConstraint('waybill_id', name=op.f('pk_parcel_track')),
    )
    op.create_index('ix_parcel_track_ask', 'parcel_track', ['ask_at'], postgresql_where=sa.text('ask_at IS NOT NULL'))
    op.create_index('ix_parcel_track_watch', 'parcel_track', ['watch_at'], postgresql_where=sa.text('watch_at IS NOT NULL'))
    op.create_index('ix_parcel_track_left', 'parcel_track', ['warehouse_id', 'left_at'])
    op.create_table(
        'track_scan',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('waybill_id', sa.BigInteger(), nullable=False),
        sa.Column('at', MOMENT, nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('place', sa.String(), nullable=False),
        sa.Column('source', sa.String(), nullable=False),
        sa.Column('digest', sa.LargeBinary(), nullable=False),
        sa.Column('told_at', MOMENT, nullable=False),
        sa.CheckConstraint(f'state IN {STATES}', name=op.f('ck_track_scan_state_known')),
        sa.CheckConstraint("source IN ('push', 'poll')", name=op.f('ck_track_scan_source_known')),
        sa.ForeignKeyConstraint(['waybill_id'], ['parcel_track.waybill_id'], name=op.f('fk_track_scan_waybill_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_track_scan')),
        sa.UniqueConstraint('waybill_id', 'digest', name=op.f('uq_track_scan_waybill_id_digest')),
    )


def downgrade() -> None:
    op.drop_table('track_scan')
    op.drop_table('parcel_track')
    op.drop_index('ix_waybill_ask', table_name='waybill')
    op.drop_constraint(op.f('ck_waybill_refused_known'), 'waybill')
    for column in ('given_back_at', 'refused', 'trouble', 'tries', 'in_doubt', 'ask_at'):
        op.drop_column('waybill', column)
    op.drop_table('carrier_fallback')
    for column in ('sealed', 'settings'):
        op.drop_column('carrier', column)
