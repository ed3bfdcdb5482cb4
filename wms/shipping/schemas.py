"""What the handover scans take."""
from __future__ import annotations

from marshmallow import Schema

from wms.core.fields import Code, Id


class OneCode(Schema):
    code = Code(required=True)


class OfManifest(Schema):
    manifest_id = Id(required=True)
