"""Check digits that can be rotated, and labels of bins printed by the range."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'


def upgrade() -> None:
    op.add_column('bin', sa.Column('retired_digits', sa.String(), server_default='', nullable=False))
    op.add_column('bin', sa.Column('digits_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table('label_run',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('station_id', sa.BigInteger(), nullable=False),
    sa.Column('document', sa.String(), nullable=False),
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('labels', sa.BigInteger(), nullable=False),
    sa.Column('asked_by', sa.BigInteger(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['asked_by'], ['person.id'], name=op.f('fk_label_run_asked_by')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_label_run_station_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_label_run_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_label_run'))
    )
    op.create_index('ix_label_run_warehouse', 'label_run', ['warehouse_id', 'id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_label_run_warehouse', table_name='label_run')
    op.drop_table('label_run')
    op.drop_column('bin', 'digits_at')
    op.drop_column('bin', 'retired_digits')
