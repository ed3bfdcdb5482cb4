"""Compiled code of the planning engine. Importing this imports numba (a third of a second): do it when planning."""
