"""Which whole orders the goods in some totes serve."""
from __future__ import annotations

from wms.picking.alike import Complete, Kind, Lying, Take, Waiting, served

ONE, TWO = Kind(1, 11, "", 1, "good"), Kind(1, 12, "", 1, "good")
OTHER_TASK = Kind(2, 11, "", 1, "good")


def order(number: int, *wants: tuple[Kind, int]) -> Complete:
    lines = tuple(Waiting(10 * number + n, 0, kind, qty) for n, (kind, qty) in enumerate(wants))
    return Complete(number, f"O{number}", "SF", lines)


def test_a_content_is_the_same_however_its_lines_are_cut():
    lot = Kind(1, 12, "L2", 1, "good")
    assert order(1, (TWO, 1), (ONE, 1), (lot, 2)).content == order(2, (ONE, 1), (TWO, 3)).content == "11x1-12x3"


def test_earlier_orders_are_served_first_and_whole_or_not_at_all():
    orders = [order(1, (ONE, 2)), order(2, (ONE, 2), (TWO, 1)), order(3, (ONE, 1))]
    found = served(orders, [Lying(7, 70, ONE, 3), Lying(7, 70, TWO, 1)])
    assert list(found) == [1, 3]  # the second would need a piece more, and takes none away from the third
    assert [take.qty for take in found[1]] == [2]


def test_pieces_come_out_of_one_tote_after_the_other_and_only_of_the_lines_own_task():
    (waiting,) = order(1, (ONE, 5)).lines
    goods = [Lying(8, 70, OTHER_TASK, 9), Lying(7, 70, ONE, 3), Lying(9, 71, ONE, 4)]
    assert served([order(1, (ONE, 5))], goods) == {1: [Take(waiting, 7, 70, 3), Take(waiting, 9, 71, 2)]}
    assert served([order(1, (ONE, 8))], goods) == {}
