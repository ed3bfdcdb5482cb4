"""Random numbers for searches: the same seed gives the same numbers, whoever else draws in the process."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .compiled import kernel

Dice = npt.NDArray[np.uint64]
"""uint64[1]: the state of one generator."""


@kernel
def new_dice(seed: int) -> Dice:
    dice = np.empty(1, dtype=np.uint64)
    dice[0] = np.uint64(seed)
    return dice


@kernel
def throw(dice: Dice, faces: int) -> int:
    """A whole number from 0 to faces - 1. SplitMix64: G. Steele, D. Lea and C. Flood, OOPSLA 2014."""
    dice[0] += np.uint64(0x9E3779B97F4A7C15)
    mixed = dice[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return np.int64((mixed >> np.uint64(1)) % np.uint64(faces))  # type: ignore[return-value]  # int() keeps it unsigned
