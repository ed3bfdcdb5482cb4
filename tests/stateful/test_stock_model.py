"""Random sequences of every verb of stock in two warehouses, against dictionaries that do the same sums; and of all
that people may do to a wave, against laws about orders, holds, totes and parcels."""
from __future__ import annotations

import pytest
from stock_machines import MACHINES, carry_out


@pytest.mark.parametrize("machine", MACHINES)
def test_stock_verbs_against_dictionaries(app, machine):
    carry_out(app, machine, examples=6 if machine == "Waves" else 12)
