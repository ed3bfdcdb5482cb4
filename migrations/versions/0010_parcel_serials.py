"""Which tracked pieces went into which parcel, and which of them an adjustment or a count is about."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'


def upgrade() -> None:
    op.create_table('parcel_trace',
    sa.Column('parcel_id', sa.BigInteger(), nullable=False),
    sa.Column('order_line_id', sa.BigInteger(), nullable=False),
    sa.Column('lot', sa.String(), nullable=False),
    sa.Column('serial', sa.String(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('scanned_by', sa.BigInteger(), nullable=True),
    sa.Column('scanned_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("qty > 0 AND (serial = '' OR qty = 1)", name=op.f('ck_parcel_trace_one_piece_a_serial')),
    sa.CheckConstraint("serial <> '' OR lot <> ''", name=op.f('ck_parcel_trace_says_something')),
    sa.ForeignKeyConstraint(['parcel_id', 'order_line_id'], ['parcel_line.parcel_id', 'parcel_line.order_line_id'],
                            name=op.f('fk_parcel_trace_parcel_id')),
    sa.ForeignKeyConstraint(['scanned_by'], ['person.id'], name=op.f('fk_parcel_trace_scanned_by')),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_parcel_trace_sku_id')),
    sa.PrimaryKeyConstraint('parcel_id', 'order_line_id', 'lot', 'serial', name=op.f('pk_parcel_trace'))
    )
    op.create_index('ix_parcel_trace_lot', 'parcel_trace', ['sku_id', 'lot'], unique=False, postgresql_where=sa.text("lot <> ''"))
    op.create_index('ix_parcel_trace_serial', 'parcel_trace', ['sku_id', 'serial'], unique=False, postgresql_where=sa.text("serial <> ''"))
    op.add_column('stock_adjustment', sa.Column('serials', sa.ARRAY(sa.Text()), server_default='{}', nullable=False))
    op.create_table('count_serial',
    sa.Column('task_id', sa.BigInteger(), nullable=False),
    sa.Column('round', sa.BigInteger(), nullable=False),
    sa.Column('sku_id', sa.BigInteger(), nullable=False),
    sa.Column('serial', sa.String(), nullable=False),
    sa.Column('lot', sa.String(), nullable=False),
    sa.Column('container_id', sa.BigInteger(), nullable=False),
    sa.Column('condition', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['sku_id'], ['sku.id'], name=op.f('fk_count_serial_sku_id')),
    sa.ForeignKeyConstraint(['task_id'], ['count_task.id'], name=op.f('fk_count_serial_task_id')),
    sa.PrimaryKeyConstraint('task_id', 'round', 'sku_id', 'serial', name=op.f('pk_count_serial'))
    )
    op.add_column('count_line', sa.Column('lost', sa.ARRAY(sa.Text()), server_default='{}', nullable=False))
    op.add_column('count_line', sa.Column('found', sa.ARRAY(sa.Text()), server_default='{}', nullable=False))


def downgrade() -> None:
    op.drop_column('count_line', 'found')
    op.drop_column('count_line', 'lost')
    op.drop_table('count_serial')
    op.drop_column('stock_adjustment', 'serials')
    op.drop_table('parcel_trace')
