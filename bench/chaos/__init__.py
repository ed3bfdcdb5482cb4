"""The battery of terminals: real browsers scan while the network misbehaves and the server is killed again and again.

Whatever happens between a browser and the server happens in a proxy of ours (`proxy.py`), because browsers that are
told to be offline leave an open websocket open. Afterwards every scan that a terminal was told is done must be in the
ledger exactly once, nothing may be lost, and each terminal must show what the server knows. `make battery-terminals`.
"""
