"""Robots that work a day like people do: over the public HTTP and websocket, with a badge and a PIN.

They import nothing from the rooms. What they know is what a device is sent.
"""
