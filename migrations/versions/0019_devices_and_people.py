"""Devices that are enrolled and revoked, wrong PINs by person and device, and how sessions ended."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'

MOMENT = sa.DateTime(timezone=True)
ENDINGS = "'signed_out', 'revoked', 'locked', 'deactivated', 'posts', 'pin'"


def _id() -> sa.Column[int]:
    return sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _to(table: str, column: str, target: str, **options: bool) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    name = op.f(f'fk_{table}_{column}')
    return sa.Column(column, sa.BigInteger(), **options), sa.ForeignKeyConstraint([column], [target], name=name)


def upgrade() -> None:
    op.create_table(
        'device',
        _id(),
        *_to('device', 'warehouse_id', 'warehouse.id', nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('secret_hash', sa.LargeBinary(), nullable=False),
        sa.Column('status', sa.String(), nullable=False),
        sa.Column('enrolled_at', MOMENT, nullable=False),
        *_to('device', 'enrolled_by', 'person.id', nullable=True),
        sa.Column('changed_at', MOMENT, nullable=False),
        sa.CheckConstraint("status IN ('active', 'locked', 'revoked')", name=op.f('ck_device_status_known')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_device')),
        sa.UniqueConstraint('secret_hash', name=op.f('uq_device_secret_hash')),
    )
    op.create_index(op.f('ix_device_warehouse_id'), 'device', ['warehouse_id'])
    op.create_table(
        'enrolment',
        _id(),
        *_to('enrolment', 'warehouse_id', 'warehouse.id', nullable=False),
        sa.Column('code_hash', sa.LargeBinary(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        *_to('enrolment', 'made_by', 'person.id', nullable=True),
        sa.Column('expires_at', MOMENT, nullable=False),
        sa.Column('used_at', MOMENT, nullable=True),
        *_to('enrolment', 'device_id', 'device.id', nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_enrolment')),
        sa.UniqueConstraint('code_hash', name=op.f('uq_enrolment_code_hash')),
    )
    op.create_table(
        'access_setting',
        *_to('access_setting', 'warehouse_id', 'warehouse.id', nullable=False),
        sa.Column('unenrolled', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('warehouse_id', name=op.f('pk_access_setting')),
    )
    op.create_table(
        'pin_try',
        *_to('pin_try', 'person_id', 'person.id', nullable=False),
        sa.Column('place', sa.String(), nullable=False),
        sa.Column('failed', sa.BigInteger(), nullable=False),
        sa.Column('last_at', MOMENT, nullable=False),
        sa.Column('locked_until', MOMENT, nullable=True),
        sa.PrimaryKeyConstraint('person_id', 'place', name=op.f('pk_pin_try')),
    )
    op.create_index('ix_pin_try_place', 'pin_try', ['place'])
    op.drop_column('person', 'failed_pins')
    op.drop_column('person', 'locked_until')
    op.add_column('device_session', sa.Column('device_id', sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f('fk_device_session_device_id'), 'device_session', 'device', ['device_id'], ['id'])
    op.create_index(op.f('ix_device_session_device_id'), 'device_session', ['device_id'])
    op.create_index('ix_device_session_warehouse', 'device_session', ['warehouse_id', 'id'])
    op.add_column('device_session', sa.Column('ended_how', sa.String(), nullable=True))
    op.create_check_constraint(
        op.f('ck_device_session_ended_how_known'), 'device_session', f'ended_how IN ({ENDINGS})'
    )


def downgrade() -> None:
    op.drop_column('device_session', 'ended_how')
    op.drop_index('ix_device_session_warehouse', 'device_session')
    op.drop_column('device_session', 'device_id')
    op.add_column('person', sa.Column('locked_until', MOMENT, nullable=True))
    op.add_column('person', sa.Column('failed_pins', sa.BigInteger(), server_default='0', nullable=False))
    op.alter_column('person', 'failed_pins', server_default=None)
    for table in ('pin_try', 'access_setting', 'enrolment', 'device'):
        op.drop_table(table)
