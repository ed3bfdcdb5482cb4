"""Every error this library raises, so that a caller can tell them apart by type.

Errors carry data (`field`, `characters`, `reasons`), because the words a person
reads belong to the program around us; `str(error)` is for logs.
"""

from __future__ import annotations


class PrintError(Exception):
    """Anything that stops a label from being rendered, encoded or sent."""


class DocumentError(PrintError):
    """The document or its data is wrong; nothing was sent. `field` names the culprit, and `element` its place on the
    label where a template was drawn."""

    element = ""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class MissingField(DocumentError):
    """A required field is absent or empty."""

    def __init__(self, field: str) -> None:
        super().__init__(field, "is required")


class InvalidField(DocumentError):
    """A field has the wrong type, is out of range, or is not known."""


class TextDoesNotFit(DocumentError):
    """The text is too long for its place even at the smallest legible size."""

    def __init__(self, field: str) -> None:
        super().__init__(field, "does not fit on the label")


class BarcodeDoesNotFit(TextDoesNotFit):
    """The code would need modules too narrow to scan reliably."""


class MissingGlyph(DocumentError):
    """No installed font can draw `characters`; an empty box is never printed."""

    def __init__(self, field: str, characters: tuple[str, ...]) -> None:
        shown = ", ".join(f"{c} (U+{ord(c):04X})" for c in characters)
        super().__init__(field, f"no font has a glyph for {shown}")
        self.characters = characters


class UnknownDocument(DocumentError):
    """No document of that name is registered."""

    def __init__(self, name: str) -> None:
        super().__init__("document", f"no such document: {name!r}")


class UnknownMedia(DocumentError):
    """No label stock of that name, or the document cannot be printed on it."""

    def __init__(self, name: str) -> None:
        super().__init__("media", f"no such media for this document: {name!r}")


class FontNotFound(PrintError):
    """No font with Chinese glyphs on this machine."""


class EncodingError(PrintError):
    """The bitmap cannot be expressed in the printer's language."""


class DecodeError(PrintError):
    """Bytes that are not exactly what our own encoder emits. `offset` counts bytes."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(f"byte {offset}: {message}")
        self.offset = offset


class TransportError(PrintError):
    """A job did not go through."""


class NotReachable(TransportError):
    """Not one byte of the job was sent: sending it again cannot print it twice. `reasons` are those of a status."""

    reasons: tuple[str, ...] = ("offline",)


class AddressRefused(NotReachable):
    """The address is outside the networks an administrator allows; retrying is pointless."""

    reasons = ("address_refused",)


class MissingDriver(NotReachable):
    """A package or library for this kind of port is not installed; the text says what to install."""


class Blocked(NotReachable):
    """The printer answered that it cannot print now, so the job was held back."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(f"printer is blocked: {', '.join(reasons)}")
        self.reasons = reasons


class Interrupted(TransportError):
    """Sending broke off after the first byte. The label may be on paper, or not.

    Never retry this by program: a person or an odometer has to say what happened. `bytes_sent` is how many
    may have left, where it cannot be told exactly.
    """

    def __init__(self, bytes_sent: int, message: str) -> None:
        super().__init__(f"after {bytes_sent} bytes: {message}")
        self.bytes_sent = bytes_sent
