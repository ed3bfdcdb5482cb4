"""The lives of a waybill number and of a handover manifest."""
from wms.core.lifecycle import Lifecycle, move

WAYBILL = Lifecycle("waybill", "asked", {"issue": move("asked", "issued"), "void": move("asked issued", "void")})
MANIFEST = Lifecycle("manifest", "open", {"close": move("open", "closed")})
