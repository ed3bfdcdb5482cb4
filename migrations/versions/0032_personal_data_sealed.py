"""What is personal of buyers is sealed at rest: on orders, in what shops and carriers said, and in what is printed.
Customers over all shops; who was shown what is personal; notices to buyers."""

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
    _customers()
    _reveals()
    _notices()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute('DROP FUNCTION stays_as_it_is')
    for name in ('tail', 'phone', 'recipient'):
        op.drop_index(f'ix_sales_order_{name}', table_name='sales_order')
    op.drop_column('sales_order', 'email')
    _rewrite('print_job', 'payload', sa.LargeBinary(), lambda value: PICTURE.opened(bytes(value)))
    _rewrite('print_job', 'data', JSON, PRINTED.unveiled)
    for table, name, before, sealed, absent in reversed(COLUMNS):
        _turn(table, name, before, lambda value, sealed=sealed: sealed.opened(bytes(value)), absent)
    op.create_index('ix_sales_order_recipient', 'sales_order', ['warehouse_id', 'recipient'], unique=False)


# The ones that others refer to last.
TABLES = (
    'notice', 'notice_template', 'notice_rule', 'notice_way',
    'personal_reveal', 'customer_note', 'customer_merge', 'customer_todo', 'customer_order', 'customer_phone',
    'customer_buyer', 'customer',
)
MOMENT = sa.DateTime(timezone=True)


def _id() -> sa.Column[Any]:
    return sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _to(name: str, _: str, *, absent: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=absent)


def _fk(table: str, name: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f'{to}.id'], name=op.f(f'fk_{table}_{name}'))


def _pk(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*(names or ('id',)), name=op.f(f'pk_{table}'))


def _customers() -> None:
    op.create_table(
        'customer',
        _id(), _to('warehouse_id', 'warehouse'), _to('head_id', 'customer', absent=True),
        sa.Column('name', sa.LargeBinary(), nullable=False),
        sa.Column('phone', sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ('country', 'province', 'city', 'district')),
        sa.Column('address', sa.LargeBinary(), nullable=False),
        sa.Column('tags', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False),
        sa.Column('first_order_at', MOMENT, nullable=False),
        sa.Column('last_order_at', MOMENT, nullable=False),
        sa.CheckConstraint('head_id <> id', name=op.f('ck_customer_head_is_another')),
        _fk('customer', 'warehouse_id', 'warehouse'), _fk('customer', 'head_id', 'customer'), _pk('customer'),
    )  # fmt: skip
    op.create_index('ix_customer_head', 'customer', ['head_id'], postgresql_where='head_id IS NOT NULL')
    op.create_index('ix_customer_name', 'customer', ['warehouse_id', sa.text('substr(name, 6, 8)')])
    op.create_index('ix_customer_last', 'customer', ['warehouse_id', 'last_order_at', 'id'])
    op.create_index('ix_customer_tags', 'customer', ['tags'], postgresql_using='gin')
    op.create_table(
        'customer_buyer',
        _to('shop_id', 'shop'), sa.Column('buyer', sa.String(), nullable=False), _to('warehouse_id', 'warehouse'),
        _to('customer_id', 'customer'),
        _fk('customer_buyer', 'shop_id', 'shop'), _fk('customer_buyer', 'warehouse_id', 'warehouse'),
        _fk('customer_buyer', 'customer_id', 'customer'), _pk('customer_buyer', 'shop_id', 'buyer', 'warehouse_id'),
    )  # fmt: skip
    op.create_index('ix_customer_buyer_customer', 'customer_buyer', ['customer_id'])
    op.create_table(
        'customer_phone',
        _id(), _to('warehouse_id', 'warehouse'), _to('customer_id', 'customer'),
        sa.Column('phone', sa.LargeBinary(), nullable=False),
        _fk('customer_phone', 'warehouse_id', 'warehouse'), _fk('customer_phone', 'customer_id', 'customer'),
        _pk('customer_phone'),
    )  # fmt: skip
    op.create_index('ix_customer_phone_customer', 'customer_phone', ['customer_id'])
    op.create_index('ix_customer_phone_whole', 'customer_phone', ['warehouse_id', sa.text('substr(phone, 6, 8)')])
    op.create_index('ix_customer_phone_tail', 'customer_phone', ['warehouse_id', sa.text('substr(phone, 14, 8)')])
    for table, other in (('customer_order', 'customer'), ('customer_todo', 'warehouse')):
        op.create_table(
            table, _to('order_id', 'sales_order'), _to(f'{other}_id', other), _fk(table, 'order_id', 'sales_order'),
            _fk(table, f'{other}_id', other), _pk(table, 'order_id'),
        )  # fmt: skip
    op.create_index('ix_customer_order_customer', 'customer_order', ['customer_id', 'order_id'])
    op.create_table(
        'customer_merge',
        _id(), _to('kept_id', 'customer'), _to('gone_id', 'customer'),
        sa.Column('members', postgresql.ARRAY(sa.BigInteger()), nullable=False), _to('by_id', 'person', absent=True),
        sa.Column('at', MOMENT, nullable=False), _to('undone_by', 'person', absent=True),
        sa.Column('undone_at', MOMENT, nullable=True),
        _fk('customer_merge', 'kept_id', 'customer'), _fk('customer_merge', 'gone_id', 'customer'),
        _fk('customer_merge', 'by_id', 'person'), _fk('customer_merge', 'undone_by', 'person'), _pk('customer_merge'),
    )  # fmt: skip
    op.create_index('ix_customer_merge_kept', 'customer_merge', ['kept_id'])
    op.create_table(
        'customer_note',
        _id(), _to('customer_id', 'customer'), sa.Column('words', sa.LargeBinary(), nullable=False),
        _to('by_id', 'person', absent=True), sa.Column('by_name', sa.String(), nullable=False),
        sa.Column('at', MOMENT, nullable=False),
        _fk('customer_note', 'customer_id', 'customer'), _fk('customer_note', 'by_id', 'person'), _pk('customer_note'),
    )  # fmt: skip
    op.create_index('ix_customer_note_customer', 'customer_note', ['customer_id', 'id'])


def _reveals() -> None:
    op.create_table(
        'personal_reveal',
        _id(), _to('warehouse_id', 'warehouse'), _to('order_id', 'sales_order'), _to('person_id', 'person', absent=True),
        sa.Column('by_name', sa.String(), nullable=False), sa.Column('what', JSON, nullable=False),
        sa.Column('why', sa.String(), nullable=False), sa.Column('at', MOMENT, nullable=False),
        sa.Column('before', sa.LargeBinary(), nullable=False), sa.Column('digest', sa.LargeBinary(), nullable=False),
        _fk('personal_reveal', 'warehouse_id', 'warehouse'), _fk('personal_reveal', 'order_id', 'sales_order'),
        _fk('personal_reveal', 'person_id', 'person'), _pk('personal_reveal'),
        sa.UniqueConstraint('before', name=op.f('uq_personal_reveal_before')),
    )  # fmt: skip
    op.create_index('ix_personal_reveal_order', 'personal_reveal', ['order_id', 'id'])
    op.create_index('ix_personal_reveal_warehouse', 'personal_reveal', ['warehouse_id', 'id'])
    op.execute("""
        CREATE FUNCTION stays_as_it_is() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'rows of % are added and never changed', TG_TABLE_NAME; END $$
    """)
    op.execute("""
        CREATE TRIGGER stays_as_it_is BEFORE UPDATE OR DELETE OR TRUNCATE ON personal_reveal
        FOR EACH STATEMENT EXECUTE FUNCTION stays_as_it_is()
    """)


EVENTS = ('accepted', 'shipped', 'delivered', 'address_question', 'unpaid_reminder')
LANGUAGES = ('zh_Hans', 'zh_Hant', 'en')


def _text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _known(table: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f'event IN {EVENTS}', name=op.f(f'ck_{table}_event_known'))


def _notices() -> None:
    op.create_table(
        'notice_way',
        _id(), _to('warehouse_id', 'warehouse'), *_text('name', 'plugin'),
        sa.Column('settings', JSON, nullable=False), sa.Column('secrets', sa.LargeBinary(), nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False), sa.Column('quiet_from', sa.BigInteger(), nullable=True),
        sa.Column('quiet_until', sa.BigInteger(), nullable=True), *_text('zone'),
        sa.CheckConstraint(
            'quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439',
            name=op.f('ck_notice_way_minutes_of_a_day'),
        ),
        _fk('notice_way', 'warehouse_id', 'warehouse'), _pk('notice_way'),
        sa.UniqueConstraint('warehouse_id', 'name', name=op.f('uq_notice_way_warehouse_id_name')),
    )  # fmt: skip
    op.create_table(
        'notice_rule',
        _to('shop_id', 'shop'), *_text('event'), _to('way_id', 'notice_way'), _known('notice_rule'),
        _fk('notice_rule', 'shop_id', 'shop'), _fk('notice_rule', 'way_id', 'notice_way'),
        _pk('notice_rule', 'shop_id', 'event', 'way_id'),
    )  # fmt: skip
    op.create_table(
        'notice_template',
        _id(), _to('warehouse_id', 'warehouse'), _to('shop_id', 'shop', absent=True),
        *_text('event', 'plugin', 'language', 'subject', 'body'), _known('notice_template'),
        sa.CheckConstraint(f'language IN {LANGUAGES}', name=op.f('ck_notice_template_language_known')),
        _fk('notice_template', 'warehouse_id', 'warehouse'), _fk('notice_template', 'shop_id', 'shop'),
        _pk('notice_template'),
        sa.UniqueConstraint(
            'warehouse_id', 'event', 'plugin', 'language', 'shop_id', name='uq_notice_template_one',
            postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip
    op.create_table(
        'notice',
        _id(), _to('warehouse_id', 'warehouse'), _to('order_id', 'sales_order'), *_text('event'),
        _to('way_id', 'notice_way'), *_text('status'), sa.Column('tries', sa.BigInteger(), nullable=False),
        sa.Column('due_at', MOMENT, nullable=False), sa.Column('made_at', MOMENT, nullable=False),
        sa.Column('sent_at', MOMENT, nullable=True), *_text('reached', 'error'), _known('notice'),
        sa.CheckConstraint(
            "status IN ('doubt', 'failed', 'sending', 'sent', 'waiting')", name=op.f('ck_notice_status_known')
        ),
        _fk('notice', 'warehouse_id', 'warehouse'), _fk('notice', 'order_id', 'sales_order'),
        _fk('notice', 'way_id', 'notice_way'), _pk('notice'),
        sa.UniqueConstraint('order_id', 'event', 'way_id', name=op.f('uq_notice_order_id_event_way_id')),
    )  # fmt: skip
    op.create_index('ix_notice_due', 'notice', ['due_at', 'id'], postgresql_where="status IN ('waiting', 'sending')")
    op.create_index('ix_notice_warehouse', 'notice', ['warehouse_id', 'id'])


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
