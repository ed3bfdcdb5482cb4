"""Labels from data to paper: documents as one-bit pictures, printer languages, transports, status.

Usable alone: it imports nothing of the warehouse around it. See README.md for a page of it.
"""

from printers.bitmap import Label
from printers.documents import DOCUMENTS, render
from printers.errors import (
    AddressRefused,
    BarcodeDoesNotFit,
    Blocked,
    DecodeError,
    DocumentError,
    EncodingError,
    FontNotFound,
    Interrupted,
    InvalidField,
    MissingDriver,
    MissingField,
    MissingGlyph,
    NotReachable,
    PrintError,
    TextDoesNotFit,
    TransportError,
    UnknownDocument,
    UnknownMedia,
)

__all__ = [
    "DOCUMENTS",
    "AddressRefused",
    "BarcodeDoesNotFit",
    "Blocked",
    "DecodeError",
    "DocumentError",
    "EncodingError",
    "FontNotFound",
    "Interrupted",
    "InvalidField",
    "Label",
    "MissingDriver",
    "MissingField",
    "MissingGlyph",
    "NotReachable",
    "PrintError",
    "TextDoesNotFit",
    "TransportError",
    "UnknownDocument",
    "UnknownMedia",
    "render",
]
