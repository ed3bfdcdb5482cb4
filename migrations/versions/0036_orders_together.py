"""Orders that travel together or in parts, what clerks changed of them, and by when something is due."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0036'
down_revision = '0035'

# wms.orders.models.STATE_SQL as it was before this, and with it; then wms.orders.due_rules with it.
BEFORE = """    WHEN refund = 'refunded' THEN 'refunded'
    WHEN refund = 'asked' THEN 'refunding'
    WHEN confirmation = 'cancelled' THEN 'cancelled'
    WHEN shipping = 'shipped' THEN 'shipped'
    WHEN processing = 'packed' THEN 'ready_to_go'
    WHEN processing = ANY (ARRAY['picked', 'picking', 'short', 'waved']) THEN 'in_process'
    WHEN payment = 'paid' THEN 'to_process'
    WHEN confirmation = 'confirmed' THEN 'to_pay'
    ELSE 'unconfirmed'"""
AFTER = BEFORE.replace(
    "    WHEN processing = 'packed'", "    WHEN confirmation = 'merged' THEN 'merged'\n    WHEN processing = 'packed'"
)
DUE_KIND = """
CASE
WHEN shipping = 'shipped' THEN NULL
WHEN refund = ANY (ARRAY['asked', 'refunded']) THEN NULL
WHEN confirmation = 'cancelled' THEN NULL
WHEN group_state = 'open' THEN NULL
WHEN payment = 'part' AND kind = 'presale' THEN NULL
WHEN payment = ANY (ARRAY['part', 'unpaid']) THEN 'pay'
WHEN kind = 'presale' AND hold_reason = 'stock_short' THEN 'ship'
WHEN confirmation = 'held' AND hold_reason = 'stock_short' THEN 'stock'
WHEN confirmation = 'held' AND hold_reason = ANY (ARRAY['address_ambiguous', 'address_contradicts', 'address_incomplete', 'address_masked', 'address_unknown', 'address_vague', 'phone_invalid']) THEN 'address'
ELSE 'ship'
END
"""
DUE_AT = """
CASE
WHEN shipping = 'shipped' THEN NULL
WHEN refund = ANY (ARRAY['asked', 'refunded']) THEN NULL
WHEN confirmation = 'cancelled' THEN NULL
WHEN group_state = 'open' THEN NULL
WHEN payment = 'part' AND kind = 'presale' THEN NULL
WHEN payment = ANY (ARRAY['part', 'unpaid']) THEN COALESCE(pay_by, promised_at)
WHEN kind = 'presale' AND hold_reason = 'stock_short' THEN COALESCE(ship_by, promised_at)
WHEN confirmation = 'held' AND hold_reason = 'stock_short' THEN COALESCE(hold_by, ship_by, promised_at)
WHEN confirmation = 'held' AND hold_reason = ANY (ARRAY['address_ambiguous', 'address_contradicts', 'address_incomplete', 'address_masked', 'address_unknown', 'address_vague', 'phone_invalid']) THEN COALESCE(hold_by, ship_by, promised_at)
ELSE COALESCE(ship_by, promised_at)
END
"""
OPEN = "confirmation = ANY (ARRAY['confirmed'::text, 'held'::text]) AND processing = 'waiting'"
CHECKS = (
    ('sales_order', 'group_state_known', "group_state IN ('', 'open', 'complete', 'failed')"),
    ('sales_order', 'merged_into_one', "(confirmation = 'merged') = (merged_into_id IS NOT NULL)"),
    ('sales_order', 'companions_not_negative', 'companions >= 0'),
    ('shop', 'merging_known', "merging IN ('no', 'own', 'shops')"),
    ('shop', 'days_not_negative', 'pay_days >= 0 AND ship_days >= 0'),
)
INDEXES = (
    ('ix_sales_order_place', ['warehouse_id', 'place_key'], OPEN),
    ('ix_sales_order_address_id', ['warehouse_id', 'address_id'], OPEN),
    ('ix_sales_order_merged', ['merged_into_id'], 'merged_into_id IS NOT NULL'),
    ('ix_sales_order_split', ['split_from_id'], 'split_from_id IS NOT NULL'),
    ('ix_sales_order_due', ['warehouse_id', 'due_at', 'id'], 'due_at IS NOT NULL'),
    ('ix_sales_order_due_kind', ['warehouse_id', 'due_kind', 'due_at'], 'due_at IS NOT NULL'),
)


def _moment(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def _queue(state: str) -> None:
    for name, first in (('queue', 'warehouse_id'), ('shop_queue', 'shop_id')):
        op.drop_index(f'ix_sales_order_{name}', 'sales_order')
        op.create_index(f'ix_sales_order_{name}', 'sales_order', [first, sa.text(state), 'promised_at', 'id'])


def _confirmations(*known: str) -> None:
    op.drop_constraint(op.f('ck_sales_order_confirmation_known'), 'sales_order', type_='check')
    listed = ', '.join(f"'{each}'" for each in known)
    op.create_check_constraint(op.f('ck_sales_order_confirmation_known'), 'sales_order', f'confirmation IN ({listed})')


def upgrade() -> None:
    op.add_column('shop', sa.Column('merging', sa.String(), server_default='own', nullable=False))
    op.add_column('shop', sa.Column('pay_days', sa.BigInteger(), server_default='2', nullable=False))
    op.add_column('shop', sa.Column('ship_days', sa.BigInteger(), server_default='3', nullable=False))
    op.add_column('shop', sa.Column('presale_ahead', sa.Boolean(), server_default='false', nullable=False))
    for column in (
        sa.Column('place_key', sa.LargeBinary(), nullable=True),
        sa.Column('merged_into_id', sa.BigInteger(), nullable=True),
        sa.Column('companions', sa.BigInteger(), server_default='0', nullable=False),
        sa.Column('split_from_id', sa.BigInteger(), nullable=True),
        sa.Column('keep_apart', sa.Boolean(), server_default='false', nullable=False),
        sa.Column('edited', sa.Boolean(), server_default='false', nullable=False),
        sa.Column('ahead', sa.Boolean(), server_default='false', nullable=False),
        sa.Column('group_state', sa.String(), server_default='', nullable=False),
        _moment('pay_by'), _moment('ship_by'), _moment('hold_by'),
        sa.Column('due_kind', sa.String(), sa.Computed(DUE_KIND, persisted=True), nullable=True),
        sa.Column('due_at', sa.DateTime(timezone=True), sa.Computed(DUE_AT, persisted=True), nullable=True),
    ):
        op.add_column('sales_order', column)
    op.add_column('order_line', sa.Column('origin_id', sa.BigInteger(), nullable=True))
    for name in ('merged_into_id', 'split_from_id'):
        op.create_foreign_key(op.f(f'fk_sales_order_{name}'), 'sales_order', 'sales_order', [name], ['id'])
    _confirmations('cancelled', 'confirmed', 'held', 'merged', 'unconfirmed')
    for table, name, test in CHECKS:
        op.create_check_constraint(op.f(f'ck_{table}_{name}'), table, test)
    for name, columns, where in INDEXES:
        op.create_index(name, 'sales_order', columns, unique=False, postgresql_where=where)
    _queue(f'(CASE\n{AFTER}\nEND)')
    op.create_table(
        'order_setting',
        sa.Column('warehouse_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('merging', sa.String(), nullable=False),
        sa.Column('merge_minutes', sa.BigInteger(), nullable=False),
        sa.Column('day_ends', sa.Time(), nullable=False),
        sa.CheckConstraint("merging IN ('off', 'suggest', 'automatic')", name=op.f('ck_order_setting_merging_known')),
        sa.CheckConstraint('merge_minutes >= 0', name=op.f('ck_order_setting_merge_minutes_not_negative')),
        sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_order_setting_warehouse_id')),
        sa.PrimaryKeyConstraint('warehouse_id', name=op.f('pk_order_setting')),
    )
    op.create_table(
        'order_edit',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('order_id', sa.BigInteger(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('person_id', sa.BigInteger(), nullable=True),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('fields', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        _moment('undone_at'),
        sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_order_edit_order_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_order_edit_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_order_edit')),
    )
    op.create_index('ix_order_edit_order', 'order_edit', ['order_id', 'id'], unique=False)
    op.create_table(
        'order_shop_word',
        sa.Column('order_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('fields', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_order_shop_word_order_id')),
        sa.PrimaryKeyConstraint('order_id', name=op.f('pk_order_shop_word')),
    )
    op.create_table(
        'order_alarm',
        sa.Column('order_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_order_alarm_order_id')),
        sa.PrimaryKeyConstraint('order_id', 'kind', name=op.f('pk_order_alarm')),
    )


def downgrade() -> None:
    for table in ('order_alarm', 'order_shop_word', 'order_edit', 'order_setting'):
        op.drop_table(table)
    _queue(f'(CASE\n{BEFORE}\nEND)')
    for name, *_ in INDEXES:
        op.drop_index(name, 'sales_order')
    for table, name, _ in CHECKS:
        op.drop_constraint(op.f(f'ck_{table}_{name}'), table, type_='check')
    # An order that travels with another is held: there is nothing else to call it then.
    op.execute("UPDATE sales_order SET confirmation = 'held', hold_reason = 'changed' WHERE confirmation = 'merged'")
    _confirmations('cancelled', 'confirmed', 'held', 'unconfirmed')
    for name in ('merged_into_id', 'split_from_id'):
        op.drop_constraint(op.f(f'fk_sales_order_{name}'), 'sales_order', type_='foreignkey')
    op.drop_column('order_line', 'origin_id')
    for name in (
        'due_at', 'due_kind', 'hold_by', 'ship_by', 'pay_by', 'group_state', 'ahead', 'edited', 'keep_apart', 'split_from_id',
        'companions', 'merged_into_id', 'place_key',
    ):
        op.drop_column('sales_order', name)
    for name in ('presale_ahead', 'ship_days', 'pay_days', 'merging'):
        op.drop_column('shop', name)
