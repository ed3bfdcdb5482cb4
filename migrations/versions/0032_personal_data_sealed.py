"""What is personal of buyers is sealed at rest: on orders, in what shops and carriers said, and in what is printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wms.core.private import NAME, PHONE, Sealed, SealedBytes, SealedJson, Veiled

revision = '0032'
down_revision = '0031'

AT_ONCE = 2000  # rows whose values are in memory together
TEXT, JSON = sa.String(), postgresql.JSONB(astext_type=sa.Text())

# table, column, what it was, what it is, whether it may be absent
COLUMNS: tuple[tuple[str, str, Any, Any, bool], ...] = (
    ('sales_order', 'recipient', TEXT, Sealed('recipient', NAME), False),
    ('sales_order', 'phone', TEXT, Sealed('phone', PHONE), False),
    ('sales_order', 'address', TEXT, Sealed('address'), False),
    ('sales_order', 'postcode', TEXT, Sealed('postcode'), False),
    ('raw_order', 'body', JSON, SealedJson('raw_order'), False),
    ('waybill', 'reply', JSON, SealedJson('waybill.reply'), True),
    ('track_scan', 'text', TEXT, Sealed('track_scan.text'), False),
)
PRINTED = Veiled('print_job', ('recipient', 'note', 'footer'))
PICTURE = SealedBytes('print_job.payload')


def upgrade() -> None:
    op.drop_index('ix_sales_order_recipient', table_name='sales_order')
    for table, name, _, sealed, absent in COLUMNS:
        _turn(table, name, sealed.impl, sealed.sealed, absent)
    _rewrite('print_job', 'data', JSON, PRINTED.veiled)
    _rewrite('print_job', 'payload', sa.LargeBinary(), PICTURE.sealed)
    op.add_column('sales_order', sa.Column('email', sa.LargeBinary(), server_default='', nullable=False))
    for name, column, first in (('recipient', 'recipient', 6), ('phone', 'phone', 6), ('tail', 'phone', 14)):
        mark = sa.text(f'substr({column}, {first}, 8)')
        op.create_index(f'ix_sales_order_{name}', 'sales_order', ['warehouse_id', mark], unique=False)


def downgrade() -> None:
    for name in ('tail', 'phone', 'recipient'):
        op.drop_index(f'ix_sales_order_{name}', table_name='sales_order')
    op.drop_column('sales_order', 'email')
    _rewrite('print_job', 'payload', sa.LargeBinary(), lambda value: PICTURE.opened(bytes(value)))
    _rewrite('print_job', 'data', JSON, PRINTED.unveiled)
    for table, name, before, sealed, absent in reversed(COLUMNS):
        _turn(table, name, before, lambda value, sealed=sealed: sealed.opened(bytes(value)), absent)
    op.create_index('ix_sales_order_recipient', 'sales_order', ['warehouse_id', 'recipient'], unique=False)


def _turn(table: str, name: str, kind: Any, turned: Callable[[Any], Any], absent: bool) -> None:
    """Give a column another type, each value as it is then."""
    op.add_column(table, sa.Column('turned', kind, nullable=True))
    _each(table, name, 'turned', kind, turned)
    op.drop_column(table, name)
    op.alter_column(table, 'turned', new_column_name=name, nullable=absent)


def _rewrite(table: str, name: str, kind: Any, turned: Callable[[Any], Any]) -> None:
    _each(table, name, name, kind, turned)


def _each(table: str, source: str, target: str, kind: Any, turned: Callable[[Any], Any]) -> None:
    connection = op.get_bind()
    new = sa.bindparam('new', type_=kind)
    change = sa.text(f'UPDATE {table} SET {target} = :new WHERE id = :id').bindparams(new)  # noqa: S608 - our own names
    read = sa.text(
        f'SELECT id, {source} AS old FROM {table} WHERE id > :after AND {source} IS NOT NULL '  # noqa: S608
        f'ORDER BY id LIMIT {AT_ONCE}'
    )
    after = 0
    while rows := connection.execute(read, {'after': after}).all():
        connection.execute(change, [{'id': row.id, 'new': turned(row.old)} for row in rows])
        after = rows[-1].id
