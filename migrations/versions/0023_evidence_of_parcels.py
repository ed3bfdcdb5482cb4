"""How exact weights must be, every weighing, and who scanned what into a parcel."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'


def upgrade() -> None:
    op.create_table(
        'weight_rule',
        sa.Column('warehouse_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('percent', sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column('grams', sa.BigInteger(), nullable=False),
        sa.Column('decided_by', sa.String(), nullable=False),
        sa.CheckConstraint(
            'percent >= 0 AND percent <= 100 AND grams >= 0', name=op.f('ck_weight_rule_tolerance_in_bounds')
        ),
        sa.CheckConstraint("decided_by IN ('packer', 'supervisor')", name=op.f('ck_weight_rule_decided_by_known')),
        sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_weight_rule_warehouse_id')),
        sa.PrimaryKeyConstraint('warehouse_id', name=op.f('pk_weight_rule')),
    )
    op.create_table(
        'parcel_weighing',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('parcel_id', sa.BigInteger(), nullable=False),
        sa.Column('weight_g', sa.BigInteger(), nullable=False),
        sa.Column('expected_g', sa.BigInteger(), nullable=False),
        sa.Column('allowed_g', sa.BigInteger(), nullable=False),
        sa.Column('source', sa.String(), nullable=False),
        sa.Column('outcome', sa.String(), nullable=False),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('person_id', sa.BigInteger(), nullable=True),
        sa.Column('agreed_by', sa.BigInteger(), nullable=True),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('agreed', 'confirmed', 'fits', 'off')", name=op.f('ck_parcel_weighing_outcome_known')
        ),
        sa.CheckConstraint(
            "outcome <> 'agreed' OR (agreed_by IS NOT NULL AND reason <> '')",
            name=op.f('ck_parcel_weighing_agreed_by_somebody'),
        ),
        sa.ForeignKeyConstraint(['agreed_by'], ['person.id'], name=op.f('fk_parcel_weighing_agreed_by')),
        sa.ForeignKeyConstraint(['parcel_id'], ['parcel.id'], name=op.f('fk_parcel_weighing_parcel_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_parcel_weighing_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_parcel_weighing')),
    )
    op.create_index('ix_parcel_weighing_parcel', 'parcel_weighing', ['parcel_id'])
    op.add_column('parcel_line', sa.Column('scanned_by', sa.BigInteger(), nullable=True))
    op.add_column('parcel_line', sa.Column('scanned_at', sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(op.f('fk_parcel_line_scanned_by'), 'parcel_line', 'person', ['scanned_by'], ['id'])


def downgrade() -> None:
    op.drop_constraint(op.f('fk_parcel_line_scanned_by'), 'parcel_line', type_='foreignkey')
    op.drop_column('parcel_line', 'scanned_at')
    op.drop_column('parcel_line', 'scanned_by')
    op.drop_table('parcel_weighing')
    op.drop_table('weight_rule')
