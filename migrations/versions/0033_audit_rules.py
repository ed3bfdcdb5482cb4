"""The audit's rules: what they are and were, what they did to orders, the blacklist, floors of prices, unpaid orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = '0033'
down_revision = '0032'

BUYER = "buyer <> ''"
UNPAID = "hold_reason = 'unpaid' AND confirmation = 'held'"


def _big(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _id() -> sa.Column[int]:
    return sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f'{target}.id'], name=op.f(f'fk_{table}_{column}'))


def _rule_columns() -> list[sa.Column[object]]:
    return [
        _text('name'),
        sa.Column('enabled', sa.Boolean(), nullable=False),
        sa.Column('removed', sa.Boolean(), nullable=False),
        sa.Column('conditions', JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('actions', JSONB(astext_type=sa.Text()), nullable=False),
        _big('version'),
    ]


def upgrade() -> None:
    op.add_column('shop', _big('remind_unpaid_minutes', nullable=True))
    op.add_column('shop', _big('cancel_unpaid_minutes', nullable=True))
    op.add_column(
        'sales_order', sa.Column('tags', ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
    )
    op.add_column('sales_order', sa.Column('carrier_rule', sa.String(), server_default='', nullable=False))
    op.add_column('order_line', sa.Column('gift', sa.Boolean(), server_default='false', nullable=False))
    op.create_index(
        'ix_sales_order_buyer', 'sales_order', ['shop_id', 'buyer', 'placed_at'], postgresql_where=sa.text(BUYER)
    )
    op.create_index(
        'ix_sales_order_unpaid', 'sales_order', ['shop_id', 'placed_at'], postgresql_where=sa.text(UNPAID)
    )
    op.create_table(
        'audit_rule',
        _id(), _big('warehouse_id'), _big('position'), *_rule_columns(), _moment('changed_at'),
        _big('changed_by', nullable=True),
        _to('audit_rule', 'warehouse_id', 'warehouse'),
        _to('audit_rule', 'changed_by', 'person'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_rule')),
    )
    op.create_index('ix_audit_rule_warehouse', 'audit_rule', ['warehouse_id', 'position'])
    op.create_table(
        'audit_rule_version',
        _id(), _big('rule_id'), *_rule_columns(), _moment('at'), _big('person_id', nullable=True),
        _to('audit_rule_version', 'rule_id', 'audit_rule'),
        _to('audit_rule_version', 'person_id', 'person'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_rule_version')),
        sa.UniqueConstraint('rule_id', 'version', name=op.f('uq_audit_rule_version_rule_id_version')),
    )
    op.create_table(
        'audit_mark',
        _big('order_id'), _text('about'), _text('kind'), sa.Column('told_hash', sa.LargeBinary(), nullable=False),
        _moment('at'), _big('person_id', nullable=True),
        sa.CheckConstraint("kind IN ('done', 'passed', 'reminded')", name=op.f('ck_audit_mark_kind_known')),
        _to('audit_mark', 'order_id', 'sales_order'),
        _to('audit_mark', 'person_id', 'person'),
        sa.PrimaryKeyConstraint('order_id', 'about', 'kind', name=op.f('pk_audit_mark')),
    )
    op.create_index('ix_audit_mark_about', 'audit_mark', ['about', 'kind'])
    op.create_table(
        'blacklist',
        _id(), _big('warehouse_id'), _text('kind'), sa.Column('key', sa.LargeBinary(), nullable=False),
        _text('shown'), _text('reason'), _moment('at'), _big('person_id', nullable=True),
        sa.CheckConstraint("kind IN ('phone', 'buyer', 'address')", name=op.f('ck_blacklist_kind_known')),
        _to('blacklist', 'warehouse_id', 'warehouse'),
        _to('blacklist', 'person_id', 'person'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_blacklist')),
        sa.UniqueConstraint('warehouse_id', 'kind', 'key', name=op.f('uq_blacklist_warehouse_id_kind_key')),
    )
    op.create_table(
        'price_floor',
        _id(), _big('sku_id'), _text('currency'), sa.Column('price', sa.Numeric(14, 4), nullable=False),
        _moment('at'), _big('person_id', nullable=True),
        sa.CheckConstraint('price > 0', name=op.f('ck_price_floor_price_positive')),
        _to('price_floor', 'sku_id', 'sku'),
        _to('price_floor', 'person_id', 'person'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_price_floor')),
        sa.UniqueConstraint('sku_id', 'currency', name=op.f('uq_price_floor_sku_id_currency')),
    )


def downgrade() -> None:
    for name in ('price_floor', 'blacklist', 'audit_mark', 'audit_rule_version', 'audit_rule'):
        op.drop_table(name)
    op.drop_index('ix_sales_order_unpaid', 'sales_order')
    op.drop_index('ix_sales_order_buyer', 'sales_order')
    op.drop_column('order_line', 'gift')
    for name in ('carrier_rule', 'tags'):
        op.drop_column('sales_order', name)
    for name in ('cancel_unpaid_minutes', 'remind_unpaid_minutes'):
        op.drop_column('shop', name)
