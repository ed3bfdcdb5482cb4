"""The battery of printing: thousands of labels while printers fail at any byte and whoever drives them is killed.

Everything is real but the paper: processes, database, connections, and virtual printers that count what came out of
them. Afterwards every label is out once, or somebody was asked. `make battery-print` runs it.
"""
