"""How people want their devices, what devices show, and what supervisors tell people."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0022'
down_revision = '0021'

ENDINGS = "'signed_out', 'revoked', 'locked', 'deactivated', 'posts', 'pin'"
KNOWN = 'ck_device_session_ended_how_known'


def upgrade() -> None:
    op.add_column(
        'person',
        sa.Column('settings', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.drop_constraint(op.f(KNOWN), 'device_session', type_='check')
    op.create_check_constraint(op.f(KNOWN), 'device_session', f"ended_how IN ({ENDINGS}, 'sent_home')")
    op.create_table(
        'device_state',
        sa.Column('session_id', sa.BigInteger(), nullable=False),
        sa.Column('screen', sa.String(), nullable=False),
        sa.Column('step', sa.String(), nullable=False),
        sa.Column('task', sa.String(), nullable=False),
        sa.Column('done', sa.BigInteger(), nullable=True),
        sa.Column('total', sa.BigInteger(), nullable=True),
        sa.Column('unsent', sa.BigInteger(), nullable=False),
        sa.Column('refused', sa.BigInteger(), nullable=False),
        sa.Column('lamp', sa.String(), nullable=False),
        sa.Column('battery', sa.BigInteger(), nullable=True),
        sa.Column('charging', sa.Boolean(), nullable=True),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['session_id'], ['device_session.id'], name=op.f('fk_device_state_session_id')),
        sa.PrimaryKeyConstraint('session_id', name=op.f('pk_device_state')),
    )
    op.create_table(
        'floor_note',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
        sa.Column('person_id', sa.BigInteger(), nullable=False),
        sa.Column('session_id', sa.BigInteger(), nullable=True),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('phrase', sa.String(), nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('by_id', sa.BigInteger(), nullable=True),
        sa.Column('by_name', sa.String(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('note', 'home', 'out')", name=op.f('ck_floor_note_kind_known')),
        sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_floor_note_warehouse_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_floor_note_person_id')),
        sa.ForeignKeyConstraint(['session_id'], ['device_session.id'], name=op.f('fk_floor_note_session_id')),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_floor_note_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_floor_note')),
    )
    op.create_index('ix_floor_note_unread', 'floor_note', ['person_id', 'id'], postgresql_where=sa.text('read_at IS NULL'))
    op.create_index('ix_floor_note_person', 'floor_note', ['warehouse_id', 'person_id', 'id'])
    # Asked at every scan of a flow that shows how far its person is.
    op.create_index('ix_count_round_person', 'count_round', ['person_id', 'closed_at'])
    op.create_index(
        'ix_replenish_task_done', 'replenish_task', ['warehouse_id', 'ended_at'],
        postgresql_where=sa.text("status = 'done'"),
    )


def downgrade() -> None:
    op.drop_index('ix_replenish_task_done', 'replenish_task')
    op.drop_index('ix_count_round_person', 'count_round')
    op.drop_table('floor_note')
    op.drop_table('device_state')
    op.execute("UPDATE device_session SET ended_how = 'signed_out' WHERE ended_how = 'sent_home'")
    op.drop_constraint(op.f(KNOWN), 'device_session', type_='check')
    op.create_check_constraint(op.f(KNOWN), 'device_session', f'ended_how IN ({ENDINGS})')
    op.drop_column('person', 'settings')
