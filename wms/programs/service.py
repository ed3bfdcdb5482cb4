"""The verbs of the room of programs, as other rooms and processes use them."""
from __future__ import annotations

from wms.programs.documents import webhooks as documented
from wms.programs.noting import note, touch
from wms.programs.wangdiantong.views import blueprint as dialect

__all__ = ["dialect", "documented", "note", "touch"]
