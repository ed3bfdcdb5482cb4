"""Wave rules, the cut-offs of carriers, kinds of orders, and the time that a warehouse's clocks show."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = '0012'
down_revision = '0011'


def upgrade() -> None:
    op.add_column('warehouse', sa.Column('time_zone', sa.String(), server_default='Asia/Shanghai', nullable=False))
    op.add_column('sales_order', sa.Column('kind', sa.String(), server_default='normal', nullable=False))
    op.create_check_constraint(
        op.f('ck_sales_order_kind_known'), 'sales_order', "kind IN ('normal', 'live', 'presale', 'gift', 'urgent')"
    )
    op.create_table('carrier_cutoff',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('carrier', sa.String(), nullable=False),
    sa.Column('minute', sa.BigInteger(), nullable=False),
    sa.Column('weekdays', sa.ARRAY(sa.BigInteger()), nullable=False),
    sa.CheckConstraint('minute BETWEEN 0 AND 1439', name=op.f('ck_carrier_cutoff_minute_of_a_day')),
    sa.CheckConstraint("weekdays <@ '{1,2,3,4,5,6,7}' AND weekdays <> '{}'", name=op.f('ck_carrier_cutoff_weekdays_known')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_carrier_cutoff_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_carrier_cutoff')),
    sa.UniqueConstraint('warehouse_id', 'carrier', 'minute', name=op.f('uq_carrier_cutoff_warehouse_id_carrier_minute'))
    )
    op.create_table('wave_rule',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('trigger', JSONB(), nullable=False),
    sa.Column('filter', JSONB(), nullable=False),
    sa.Column('limits', JSONB(), nullable=False),
    sa.Column('method', sa.String(), nullable=False),
    sa.Column('principle', sa.String(), nullable=False),
    sa.Column('people', JSONB(), nullable=False),
    sa.Column('release', sa.Boolean(), nullable=False),
    sa.Column('next_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_run_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_outcome', JSONB(), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint(
        "method IN ('order', 'cart', 'wall', 'relay', 'single', 'same', 'prepack')", name=op.f('ck_wave_rule_method_known')
    ),
    sa.CheckConstraint(
        "principle IN ('first_come', 'simple_first', 'promise_first', 'same_sku', 'same_carrier')",
        name=op.f('ck_wave_rule_principle_known'),
    ),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_wave_rule_warehouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wave_rule')),
    sa.UniqueConstraint('warehouse_id', 'name', name=op.f('uq_wave_rule_warehouse_id_name'))
    )
    op.add_column('wave', sa.Column('rule_id', sa.BigInteger(), nullable=True))
    op.add_column('wave', sa.Column('people', JSONB(), server_default='{}', nullable=False))
    op.add_column('wave', sa.Column('release_wanted', sa.Boolean(), server_default='false', nullable=False))
    op.create_foreign_key(op.f('fk_wave_rule_id'), 'wave', 'wave_rule', ['rule_id'], ['id'], ondelete='SET NULL')
    op.create_index('ix_wave_release_wanted', 'wave', ['id'], postgresql_where="release_wanted AND status = 'planned'")


def downgrade() -> None:
    op.drop_index('ix_wave_release_wanted', table_name='wave')
    op.drop_constraint(op.f('fk_wave_rule_id'), 'wave')
    for name in ('release_wanted', 'people', 'rule_id'):
        op.drop_column('wave', name)
    op.drop_table('wave_rule')
    op.drop_table('carrier_cutoff')
    op.drop_constraint(op.f('ck_sales_order_kind_known'), 'sales_order')
    op.drop_column('sales_order', 'kind')
    op.drop_column('warehouse', 'time_zone')
