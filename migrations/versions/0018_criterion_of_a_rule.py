"""A wave rule may choose by a criterion instead of a sequence."""
from __future__ import annotations

from alembic import op

revision = '0018'
down_revision = '0017'

SEQUENCES = "'first_come', 'simple_first', 'promise_first', 'same_sku', 'same_carrier'"


def upgrade() -> None:
    _allow(f"{SEQUENCES}, 'densest_aisles', 'most_an_hour'")


def downgrade() -> None:
    op.execute("UPDATE wave_rule SET principle = 'first_come' WHERE principle IN ('densest_aisles', 'most_an_hour')")
    _allow(SEQUENCES)


def _allow(principles: str) -> None:
    op.drop_constraint(op.f('ck_wave_rule_principle_known'), 'wave_rule')
    op.create_check_constraint(op.f('ck_wave_rule_principle_known'), 'wave_rule', f'principle IN ({principles})')
