"""Templates of labels and their versions; a print job names the version that it was drawn from."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0025'
down_revision = '0024'


def upgrade() -> None:
    op.create_table(
        'label_template',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('warehouse_id', sa.BigInteger(), nullable=False),
        sa.Column('document', sa.String(), nullable=False),
        sa.Column('media', sa.String(), nullable=False),
        sa.Column('newest', sa.BigInteger(), nullable=False),
        sa.Column('published', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['warehouse_id'], ['warehouse.id'], name=op.f('fk_label_template_warehouse_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_label_template')),
        sa.UniqueConstraint('warehouse_id', 'document', 'media', name=op.f('uq_label_template_warehouse_id_document_media')),
        sa.CheckConstraint('published BETWEEN 1 AND newest', name=op.f('ck_label_template_published_exists')),
    )
    op.create_table(
        'label_template_version',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('template_id', sa.BigInteger(), nullable=False),
        sa.Column('number', sa.BigInteger(), nullable=False),
        sa.Column('body', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('note', sa.String(), nullable=False),
        sa.Column('brought_back', sa.BigInteger(), nullable=True),
        sa.Column('made_by', sa.BigInteger(), nullable=True),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['template_id'], ['label_template.id'], name=op.f('fk_label_template_version_template_id')
        ),
        sa.ForeignKeyConstraint(['made_by'], ['person.id'], name=op.f('fk_label_template_version_made_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_label_template_version')),
        sa.UniqueConstraint('template_id', 'number', name=op.f('uq_label_template_version_template_id_number')),
    )
    op.add_column('print_job', sa.Column('template_version_id', sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f('fk_print_job_template_version_id'), 'print_job', 'label_template_version', ['template_version_id'], ['id']
    )


def downgrade() -> None:
    op.drop_constraint(op.f('fk_print_job_template_version_id'), 'print_job', type_='foreignkey')
    op.drop_column('print_job', 'template_version_id')
    op.drop_table('label_template_version')
    op.drop_table('label_template')
