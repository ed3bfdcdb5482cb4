"""How a wave is picked, by when its parcels must leave, and that it may pause."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'


def upgrade() -> None:
    op.add_column('wave', sa.Column('method', sa.String(), server_default='cart', nullable=False))
    op.add_column('wave', sa.Column('cutoff_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('wave', sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f('ck_wave_method_known'), 'wave',
        "method IN ('order', 'cart', 'wall', 'relay', 'single', 'same', 'prepack')",
    )


def downgrade() -> None:
    op.drop_constraint(op.f('ck_wave_method_known'), 'wave')
    for name in ('paused_at', 'cutoff_at', 'method'):
        op.drop_column('wave', name)
