"""An order may leave in several parcels, each in a carton that fits."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0020'
down_revision = '0019'


def upgrade() -> None:
    op.create_table(
        'carton',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
        sa.Column('code', sa.String(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ('length_mm', 'width_mm', 'height_mm', 'tare_g', 'max_g')
        ),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.CheckConstraint('length_mm > 0 AND width_mm > 0 AND height_mm > 0', name=op.f('ck_carton_sides_positive')),
        sa.CheckConstraint('tare_g >= 0 AND max_g >= 0', name=op.f('ck_carton_weights_not_negative')),
        sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_carton_warehouse_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_carton')),
        sa.UniqueConstraint('warehouse_id', 'code', name=op.f('uq_carton_warehouse_id_code')),
    )
    op.add_column('parcel', sa.Column('ordinal', sa.BigInteger(), server_default='1', nullable=False))
    op.add_column('parcel', sa.Column('carton_id', sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f('fk_parcel_carton_id'), 'parcel', 'carton', ['carton_id'], ['id'])


    op.create_table(
        'insert_rule',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
        sa.Column('shop_id', sa.BigInteger(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('min_total', sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_insert_rule_warehouse_id')),
        sa.ForeignKeyConstraint(['shop_id'], ['shop.id'], name=op.f('fk_insert_rule_shop_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_insert_rule')),
        sa.UniqueConstraint('warehouse_id', 'shop_id', 'name', name=op.f('uq_insert_rule_warehouse_id_shop_id_name')),
    )
    op.add_column('parcel', sa.Column('put_in', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column('sales_order', sa.Column('gift_note', sa.String(), server_default='', nullable=False))


    op.create_table(
        'parcel_trouble',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('parcel_id', sa.BigInteger(), nullable=False),
        sa.Column('station_id', sa.BigInteger(), nullable=False),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('note', sa.String(), nullable=False),
        sa.Column('sku_id', sa.BigInteger(), nullable=True),
        sa.Column('person_id', sa.BigInteger(), nullable=True),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_by', sa.BigInteger(), nullable=True),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f'{table}.id'], name=op.f(f'fk_parcel_trouble_{column}'))
            for column, table in (
                ('parcel_id', 'parcel'), ('station_id', 'station'), ('sku_id', 'sku'), ('person_id', 'person'),
                ('ended_by', 'person'),
            )
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_parcel_trouble')),
    )
    op.create_index('ix_parcel_trouble_parcel', 'parcel_trouble', ['parcel_id'])
    op.create_index(
        'uq_parcel_trouble_open', 'parcel_trouble', ['parcel_id'], unique=True,
        postgresql_where=sa.text('ended_at IS NULL'),
    )


    op.create_table(
        'parcel_photo',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('parcel_id', sa.BigInteger(), nullable=False),
        sa.Column('file', sa.String(), nullable=False),
        sa.Column('size_bytes', sa.BigInteger(), nullable=False),
        sa.Column('person_id', sa.BigInteger(), nullable=True),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['parcel_id'], ['parcel.id'], name=op.f('fk_parcel_photo_parcel_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_parcel_photo_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_parcel_photo')),
        sa.UniqueConstraint('file', name=op.f('uq_parcel_photo_file')),
    )
    op.create_index('ix_parcel_photo_parcel', 'parcel_photo', ['parcel_id'])


    op.create_table(
        'station_mode',
        sa.Column('station_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('closes_itself', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_station_mode_station_id')),
        sa.PrimaryKeyConstraint('station_id', name=op.f('pk_station_mode')),
    )


def downgrade() -> None:
    op.drop_table('station_mode')
    op.drop_table('parcel_photo')
    op.drop_table('parcel_trouble')
    op.drop_column('sales_order', 'gift_note')
    op.drop_column('parcel', 'put_in')
    op.drop_table('insert_rule')
    op.drop_column('parcel', 'carton_id')
    op.drop_column('parcel', 'ordinal')
    op.drop_table('carton')
