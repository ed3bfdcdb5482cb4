"""Problems that people on the floor report."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0021'
down_revision = '0020'


def upgrade() -> None:
    op.create_table(
        'problem',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
        sa.Column('status', sa.String(), nullable=False),
        sa.Column('about', sa.String(), nullable=False),
        sa.Column('code', sa.String(), nullable=False),
        sa.Column('label', sa.String(), nullable=False),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('note', sa.String(), nullable=False),
        sa.Column('photos', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('person_id', sa.BigInteger(), nullable=True),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('cleared_by', sa.BigInteger(), nullable=True),
        sa.Column('cleared_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('cleared', 'open')", name=op.f('ck_problem_status_known')),
        sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_problem_warehouse_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_problem_person_id')),
        sa.ForeignKeyConstraint(['cleared_by'], ['person.id'], name=op.f('fk_problem_cleared_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_problem')),
    )
    op.create_index(
        'ix_problem_open', 'problem', ['warehouse_id', 'id'], postgresql_where=sa.text("status = 'open'")
    )


def downgrade() -> None:
    op.drop_table('problem')
