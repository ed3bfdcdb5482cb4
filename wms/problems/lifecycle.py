"""The life of a problem that somebody reported."""
from wms.core.lifecycle import Lifecycle, move

PROBLEM = Lifecycle("problem", "open", {"clear": move("open", "cleared")})
