"""Stations that print labels of goods print them with GS1's codes too, on the same printer and the same labels; and
which model a printer is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0039'
down_revision = '0038'


def upgrade() -> None:
    op.add_column('printer', sa.Column('profile', sa.String(), server_default='', nullable=False))
    op.execute(
        """
        INSERT INTO printer_route (station_id, document, media, printer_id, rank)
        SELECT station_id, 'gs1_label', media, printer_id, rank FROM printer_route WHERE document = 'sku_label'
        ON CONFLICT DO NOTHING
        """
    )


def downgrade() -> None:
    op.execute("DELETE FROM printer_route WHERE document = 'gs1_label'")
    op.drop_column('printer', 'profile')
