"""Print agents; a printer's rate; until when a print job is wanted and on which media."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        'print_agent',
        sa.Column('id', sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
        sa.Column('station_id', sa.BigInteger(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.Column('code_hash', sa.LargeBinary(), nullable=False),
        sa.Column('code_until', MOMENT, nullable=False),
        sa.Column('secret_hash', sa.LargeBinary(), nullable=True),
        sa.Column('made_by', sa.BigInteger(), nullable=True),
        sa.Column('enrolled_at', MOMENT, nullable=True),
        sa.Column('seen_at', MOMENT, nullable=True),
        sa.Column('version', sa.String(), nullable=False),
        sa.Column('scale', sa.Boolean(), nullable=False),
        sa.Column('weight_g', sa.BigInteger(), nullable=True),
        sa.Column('weighed_at', MOMENT, nullable=True),
        sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_print_agent_warehouse_id')),
        sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_print_agent_station_id')),
        sa.ForeignKeyConstraint(['made_by'], ['person.id'], name=op.f('fk_print_agent_made_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_print_agent')),
        sa.UniqueConstraint('code_hash', name=op.f('uq_print_agent_code_hash')),
        sa.UniqueConstraint('secret_hash', name=op.f('uq_print_agent_secret_hash')),
    )
    op.create_index(op.f('ix_print_agent_station_id'), 'print_agent', ['station_id'])
    op.add_column('printer', sa.Column('rate', sa.BigInteger(), nullable=True))
    op.add_column('printer', sa.Column('agent_id', sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f('fk_printer_agent_id'), 'printer', 'print_agent', ['agent_id'], ['id'])
    op.create_index(op.f('ix_printer_agent_id'), 'printer', ['agent_id'])
    op.drop_constraint(op.f('ck_printer_transport_known'), 'printer')
    op.create_check_constraint(
        op.f('ck_printer_transport_known'), 'printer', "transport IN ('tcp', 'os_queue', 'agent')"
    )
    op.create_check_constraint(
        op.f('ck_printer_agent_drives'), 'printer', "(transport = 'agent') = (agent_id IS NOT NULL)"
    )
    op.create_check_constraint(op.f('ck_printer_rate_positive'), 'printer', 'rate > 0')
    op.add_column('print_job', sa.Column('media_asked', sa.String(), nullable=True))
    op.add_column('print_job', sa.Column('expires_at', MOMENT, nullable=True))


def downgrade() -> None:
    op.drop_column('print_job', 'expires_at')
    op.drop_column('print_job', 'media_asked')
    op.drop_constraint(op.f('ck_printer_rate_positive'), 'printer')
    op.drop_constraint(op.f('ck_printer_agent_drives'), 'printer')
    op.drop_constraint(op.f('ck_printer_transport_known'), 'printer')
    op.create_check_constraint(op.f('ck_printer_transport_known'), 'printer', "transport IN ('tcp', 'os_queue')")
    op.drop_index(op.f('ix_printer_agent_id'), 'printer')
    op.drop_constraint(op.f('fk_printer_agent_id'), 'printer')
    op.drop_column('printer', 'agent_id')
    op.drop_column('printer', 'rate')
    op.drop_index(op.f('ix_print_agent_station_id'), 'print_agent')
    op.drop_table('print_agent')
