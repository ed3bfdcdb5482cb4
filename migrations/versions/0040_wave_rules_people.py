"""Whom a wave is for is said by persons and zones: posts, which nobody read, are taken out of what is kept."""

from __future__ import annotations

from alembic import op

revision = '0040'
down_revision = '0038'


def upgrade() -> None:
    op.execute("UPDATE wave_rule SET people = people - 'posts' WHERE people ? 'posts'")
    op.execute("UPDATE wave SET people = people - 'posts' WHERE people ? 'posts'")


def downgrade() -> None:
    op.execute("UPDATE wave_rule SET people = people || '{\"posts\": []}'")
