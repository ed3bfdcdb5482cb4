"""The lives of a promise and of a hold."""
from wms.core.lifecycle import Lifecycle, move

PROMISE = Lifecycle("promise", "open", {"keep": move("open", "kept"), "release": move("open", "released")})
HOLD = Lifecycle("hold", "open", {"consume": move("open", "consumed"), "release": move("open", "released")})
