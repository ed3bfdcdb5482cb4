"""Which warehouse and which carrier take an order, by whose word and why: terms, price tables, rules, quotas."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0034'
down_revision = '0033'

BY = "('shop', 'told', 'clerk', 'rule', 'choice')"
SHOP = (
    ('route_way', 'nearest', "('nearest', 'preferred', 'cheapest')"), ('route_else', 'wait', "('wait', 'split', 'transfer')"),
)
TEXTS = postgresql.ARRAY(sa.Text())
MOMENT = sa.DateTime(timezone=True)
MONEY = sa.Numeric(14, 2)


def key() -> sa.Column:
    return sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False)


def whole(name: str, **more: object) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=more.pop('nullable', False), **more)


def to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f'{other}.id'], name=op.f(f'fk_{table}_{column}'))


def upgrade() -> None:
    op.add_column('sales_order', sa.Column('carrier_by', sa.String(), server_default='shop', nullable=False))
    op.create_check_constraint(op.f('ck_sales_order_carrier_by_known'), 'sales_order', f'carrier_by IN {BY}')
    op.add_column('sales_order', sa.Column('routed', postgresql.JSONB(), nullable=True))
    for name, usual, words in SHOP:
        op.add_column('shop', sa.Column(name, sa.String(), server_default=usual, nullable=False))
        op.create_check_constraint(op.f(f'ck_shop_{name}_known'), 'shop', f'{name} IN {words}')
    op.create_table(
        'shop_warehouse', whole('shop_id', autoincrement=False), whole('warehouse_id', autoincrement=False), whole('place'),
        sa.Column('places', TEXTS, nullable=False),
        to('shop_warehouse', 'shop_id', 'shop'), to('shop_warehouse', 'warehouse_id', 'warehouse'),
        sa.PrimaryKeyConstraint('shop_id', 'warehouse_id', name=op.f('pk_shop_warehouse')),
    )
    op.create_table(
        'carrier_terms', key(), whole('warehouse_id'), whole('carrier_id'),
        sa.Column('active', sa.Boolean(), nullable=False), whole('place'),
        *(sa.Column(name, TEXTS, nullable=False) for name in ('goes_to', 'not_to', 'refuses')),
        sa.Column('cod', sa.Boolean(), nullable=False), whole('min_g'), whole('max_g'), whole('max_cm3'),
        sa.Column('max_value', MONEY, nullable=False), whole('divisor'), sa.Column('cut_off', sa.Time(), nullable=True),
        sa.Column('currency', sa.String(), nullable=False),
        sa.CheckConstraint('min_g >= 0 AND max_g >= 0 AND max_cm3 >= 0 AND max_value >= 0', name=op.f('ck_carrier_terms_limits_not_negative')),
        sa.CheckConstraint('divisor >= 0', name=op.f('ck_carrier_terms_divisor_not_negative')),
        to('carrier_terms', 'warehouse_id', 'warehouse'), to('carrier_terms', 'carrier_id', 'carrier'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_carrier_terms')),
        sa.UniqueConstraint('warehouse_id', 'carrier_id', name=op.f('uq_carrier_terms_warehouse_id_carrier_id')),
    )
    op.create_table(
        'carrier_price', key(), whole('terms_id'), whole('nr'), sa.Column('zone', sa.String(), nullable=False),
        sa.Column('places', TEXTS, nullable=False), whole('min_g'), whole('max_g'), whole('first_g'),
        sa.Column('first_price', MONEY, nullable=False), whole('step_g'),
        sa.Column('step_price', MONEY, nullable=False), sa.Column('surcharge', MONEY, nullable=False),
        whole('hours', nullable=True),
        sa.CheckConstraint('first_g > 0 AND step_g >= 0 AND min_g >= 0 AND max_g >= 0', name=op.f('ck_carrier_price_grams_not_negative')),
        sa.CheckConstraint('first_price >= 0 AND step_price >= 0', name=op.f('ck_carrier_price_prices_not_negative')),
        to('carrier_price', 'terms_id', 'carrier_terms'), sa.PrimaryKeyConstraint('id', name=op.f('pk_carrier_price')),
    )
    op.create_index('ix_carrier_price_terms', 'carrier_price', ['terms_id', 'nr'])
    op.create_table(
        'carrier_rule', key(), whole('warehouse_id'), whole('place'), sa.Column('name', sa.String(), nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False), sa.Column('way', sa.String(), nullable=False),
        sa.Column('carriers', TEXTS, nullable=False), sa.Column('conditions', postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("way IN ('cheapest', 'fastest', 'preferred', 'never')", name=op.f('ck_carrier_rule_way_known')),
        to('carrier_rule', 'warehouse_id', 'warehouse'), sa.PrimaryKeyConstraint('id', name=op.f('pk_carrier_rule')),
    )
    op.create_index('ix_carrier_rule_warehouse_id', 'carrier_rule', ['warehouse_id'])
    op.create_table(
        'carrier_quota', key(), whole('warehouse_id'), whole('carrier_id'), whole('shop_id', nullable=True), whole('most'),
        sa.CheckConstraint('most >= 0', name=op.f('ck_carrier_quota_most_not_negative')),
        *(to('carrier_quota', f'{name}_id', name) for name in ('warehouse', 'carrier', 'shop')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_carrier_quota')),
        sa.UniqueConstraint('warehouse_id', 'carrier_id', 'shop_id', name=op.f('uq_carrier_quota_warehouse_id_carrier_id_shop_id'), postgresql_nulls_not_distinct=True),
    )
    op.create_table(
        'carrier_quota_month', whole('quota_id', autoincrement=False), sa.Column('month', sa.Date(), nullable=False), whole('used'),
        sa.CheckConstraint('used >= 0', name=op.f('ck_carrier_quota_month_used_not_negative')),
        to('carrier_quota_month', 'quota_id', 'carrier_quota'),
        sa.PrimaryKeyConstraint('quota_id', 'month', name=op.f('pk_carrier_quota_month')),
    )
    op.create_table(
        'carrier_choice', whole('order_id', autoincrement=False), whole('warehouse_id'), whole('shop_id'), whole('carrier_id', nullable=True),
        sa.Column('named', sa.Boolean(), nullable=False), sa.Column('month', sa.Date(), nullable=False),
        sa.Column('price', MONEY, nullable=True), sa.Column('currency', sa.String(), nullable=False), whole('hours', nullable=True),
        whole('weight_g'), sa.Column('why', postgresql.JSONB(), nullable=False),
        sa.Column('chosen_at', sa.DateTime(timezone=True), nullable=False),
        to('carrier_choice', 'order_id', 'sales_order'),
        *(to('carrier_choice', f'{name}_id', name) for name in ('warehouse', 'carrier', 'shop')),
        sa.PrimaryKeyConstraint('order_id', name=op.f('pk_carrier_choice')),
    )
    op.create_table(
        'return_waybill', key(), *(whole(f'{name}_id') for name in ('warehouse', 'order', 'carrier')),
        sa.Column('request_key', sa.String(), nullable=False), sa.Column('number', sa.String(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ('route_code', 'sorting_code', 'status', 'reason')),
        whole('asked_by', nullable=True), sa.Column('asked_at', MOMENT, nullable=False),
        sa.Column('issued_at', MOMENT, nullable=True), sa.Column('ask_at', MOMENT, nullable=True),
        sa.Column('in_doubt', sa.Boolean(), nullable=False), whole('tries'), sa.Column('trouble', sa.String(), nullable=False),
        sa.CheckConstraint("status IN ('asked', 'issued', 'void')", name=op.f('ck_return_waybill_status')),
        to('return_waybill', 'warehouse_id', 'warehouse'), to('return_waybill', 'order_id', 'sales_order'),
        to('return_waybill', 'carrier_id', 'carrier'), to('return_waybill', 'asked_by', 'person'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_return_waybill')),
        sa.UniqueConstraint('request_key', name=op.f('uq_return_waybill_request_key')),
        sa.UniqueConstraint('carrier_id', 'number', name=op.f('uq_return_waybill_carrier_id_number')),
    )
    op.create_index('ix_return_waybill_order', 'return_waybill', ['order_id'])
    op.create_index('ix_return_waybill_ask', 'return_waybill', ['ask_at', 'id'], postgresql_where=sa.text('ask_at IS NOT NULL'))


def downgrade() -> None:
    for table in ('return_waybill', 'carrier_choice', 'carrier_quota_month', 'carrier_quota', 'carrier_rule', 'carrier_price', 'carrier_terms'):
        op.drop_table(table)
    op.drop_constraint(op.f('ck_sales_order_carrier_by_known'), 'sales_order')
    op.drop_table('shop_warehouse')
    for name, _, _ in SHOP:
        op.drop_constraint(op.f(f'ck_shop_{name}_known'), 'shop')
        op.drop_column('shop', name)
    for name in ('routed', 'carrier_by'):
        op.drop_column('sales_order', name)
