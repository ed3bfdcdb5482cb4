"""The check digit of our own numbers (Luhn, ISO/IEC 7812): any one wrong digit is noticed."""
from __future__ import annotations


def check_digit(digits: str) -> str:
    """The digit that completes `digits` (decimal digits only)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def is_valid(digits: str) -> bool:
    """Whether the last of `digits` is the right check digit for those before it."""
    return len(digits) > 1 and digits.isdecimal() and check_digit(digits[:-1]) == digits[-1]
