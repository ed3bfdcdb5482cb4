"""The print agent: drives the printers and reads the scale of one packing station, and dials out to the service.

It stands alone: of this repository it needs only `printers`, and nothing of `wms`.
"""

VERSION = "0.3.0"
