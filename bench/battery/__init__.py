"""The concurrency battery: many people scan the same goods, much of it twice, and things are killed meanwhile.

Everybody works with real verbs in real processes, through the door that terminals use. Afterwards every piece and
every command must be accounted for, exactly. `make battery-stock` runs it.
"""
