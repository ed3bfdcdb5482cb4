"""Why a wave could not be released is kept with it. Whom it is for is said by persons and zones: posts, which nobody
read, are taken out of what is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0040'
down_revision = '0039'


def upgrade() -> None:
    op.add_column('wave', sa.Column('release_refused', postgresql.JSONB(), nullable=True))
    op.execute("UPDATE wave_rule SET people = people - 'posts' WHERE people ? 'posts'")
    op.execute("UPDATE wave SET people = people - 'posts' WHERE people ? 'posts'")


def downgrade() -> None:
    op.drop_column('wave', 'release_refused')
    op.execute("UPDATE wave_rule SET people = people || '{\"posts\": []}'")
