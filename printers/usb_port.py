"""A printer on a USB port, through the packages `pyusb` and libusb: both are asked for only when a printer is opened.

The address is `0a5f:00d1` (vendor and product), with `:SERIAL` behind it where two of a kind are plugged in.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import re
import time
from dataclasses import dataclass
from typing import Any

from printers.direct import Direct
from printers.errors import InvalidField, MissingDriver, NotReachable
from printers.identity import Identity, parse_device_id
from printers.line import DoubtfulError, Limits
from printers.profiles import Profile
from printers.status import PrinterStatus

_ADDRESS = re.compile(r"(?P<vendor>[0-9a-fA-F]{4}):(?P<product>[0-9a-fA-F]{4})(?::(?P<serial>[^\s:]{1,60}))?\Z")
_INSTALL = (
    "USB printers need `pip install pyusb` and libusb (Debian: libusb-1.0-0; Windows: the WinUSB driver by Zadig)"
)

_PRINTER_CLASS = 7
_GET_DEVICE_ID = 0
_GET_PORT_STATUS = 1
_CLASS_REQUEST_IN = 0xA1  # of an interface, from the device
_CONTROL_MS = 1000
_MOST = 4096


@dataclass(frozen=True)
class UsbPrinter:
    """A printer that is plugged in: its address, and who its port says it is."""

    address: str
    identity: Identity


class Usb(Direct):
    """The printer at `address` on a USB port of this machine; see Direct.

    `backend` is one of pyusb's, where the system's own libusb is not to be used.
    """

    def __init__(
        self,
        address: str,
        profile: Profile,
        *,
        must_answer: bool = False,
        limits: Limits | None = None,
        backend: Any = None,
    ) -> None:
        super().__init__(profile, must_answer=must_answer, limits=limits or Limits())
        match = _ADDRESS.match(address)
        if match is None:
            raise InvalidField("address", f"not vendor:product or vendor:product:serial: {address!r}")
        self.address = address
        self._wanted = (int(match["vendor"], 16), int(match["product"], 16), match["serial"])
        self._backend = backend

    def _open(self) -> _UsbWire:
        core = _library("usb.core")
        vendor, product, serial = self._wanted
        try:
            for device in _devices(core, self._backend, idVendor=vendor, idProduct=product):
                if serial is None or _serial_of(device) == serial:
                    return _UsbWire(device)
        except core.USBError as error:
            raise NotReachable(f"USB {self.address}: {error}{_hint(error)}") from error
        raise NotReachable(f"USB {self.address}: no such printer is plugged in")


def plugged_in(backend: Any = None) -> list[UsbPrinter]:
    """The USB printers of this machine. Raises MissingDriver. One in use by another program has no model."""
    core = _library("usb.core")
    found = []
    for device in _devices(core, backend):
        interface = _printer_interface(device)
        if interface is None:
            continue
        serial = _serial_of(device)
        address = f"{device.idVendor:04x}:{device.idProduct:04x}" + (f":{serial}" if serial else "")
        identity = Identity("none", "", "")
        with contextlib.suppress(core.USBError):
            identity = parse_device_id(_device_id(device, interface))
        found.append(UsbPrinter(address, identity))
    return found


class _UsbWire:
    """An interface of the printer class, claimed for the time of one conversation."""

    def __init__(self, device: Any) -> None:
        self._core = _library("usb.core")
        self._util = _library("usb.util")
        self._device = device
        found = _printer_interface(device)
        if found is None:
            raise NotReachable("the USB device is no printer")
        self._interface = found
        self._number = found.bInterfaceNumber
        self._detached = False
        try:
            self._take()
            self._out = self._endpoint(self._util.ENDPOINT_OUT)
            self._in = self._endpoint(self._util.ENDPOINT_IN)
            if self._out is None:
                raise NotReachable("the USB printer has no way in")
            self._forget()
        except BaseException:
            self.close()
            raise

    def write(self, data: memoryview, limit: float) -> int:
        try:
            return int(self._out.write(bytes(data), timeout=_ms(limit)))
        except self._core.USBTimeoutError:
            raise  # raised only when nothing of it was transferred: pyusb returns the count of a part
        except self._core.USBError as error:
            raise DoubtfulError(str(error)) from error

    def read(self, limit: float) -> bytes:
        if self._in is None:
            return b""  # one-way: such a printer never answers
        deadline = time.monotonic() + limit
        while (left := deadline - time.monotonic()) > 0:
            try:
                data = bytes(self._in.read(_MOST, timeout=_ms(left)))
            except self._core.USBTimeoutError:
                return b""
            if data:
                return data
            time.sleep(0.01)  # an empty packet: some answer so at once while they have nothing to say
        return b""

    def finish(self, limit: float) -> None:
        """Nothing to wait for: the printer itself has acknowledged every packet."""

    def port_status(self) -> PrinterStatus | None:
        try:
            told = self._device.ctrl_transfer(_CLASS_REQUEST_IN, _GET_PORT_STATUS, 0, self._number, 1, _CONTROL_MS)
        except self._core.USBError:
            return None
        return parse_port_status(told[0]) if len(told) else None

    def close(self) -> None:
        with contextlib.suppress(self._core.USBError):
            self._util.release_interface(self._device, self._number)
        if self._detached:
            with contextlib.suppress(self._core.USBError, NotImplementedError):
                self._device.attach_kernel_driver(self._number)
        self._util.dispose_resources(self._device)

    def _take(self) -> None:
        """Claim the interface, after sending away the system's own driver (usblp) if that has it."""
        with contextlib.suppress(NotImplementedError):  # only Linux has one to send away
            if self._device.is_kernel_driver_active(self._number):
                self._device.detach_kernel_driver(self._number)
                self._detached = True
        self._util.claim_interface(self._device, self._number)

    def _endpoint(self, direction: int) -> Any:
        def fits(endpoint: Any) -> bool:
            is_bulk = self._util.endpoint_type(endpoint.bmAttributes) == self._util.ENDPOINT_TYPE_BULK
            return bool(is_bulk and self._util.endpoint_direction(endpoint.bEndpointAddress) == direction)

        return self._util.find_descriptor(self._interface, custom_match=fits)

    def _forget(self) -> None:
        """Throw away answers to somebody else's questions: they would be taken for ours."""
        if self._in is None:
            return
        with contextlib.suppress(self._core.USBError):
            for _ in range(16):
                if not len(self._in.read(_MOST, timeout=5)):
                    return


def parse_port_status(byte: int) -> PrinterStatus:
    """The byte of GET_PORT_STATUS, from the USB printer class: bit 5 paper empty, 4 selected, 3 no error."""
    reasons = tuple(
        reason
        for reason, is_so in (
            ("paper_out", byte & 0x20), ("offline", not byte & 0x10), ("error", not byte & 0x08)
        )
        if is_so
    )  # fmt: skip
    return PrinterStatus("blocked" if reasons else "ready", reasons)


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingDriver(_INSTALL) from error


def _devices(core: Any, backend: Any, **wanted: int) -> list[Any]:
    try:
        return list(core.find(find_all=True, backend=backend, **wanted))
    except core.NoBackendError as error:
        raise MissingDriver(_INSTALL) from error


def _printer_interface(device: Any) -> Any:
    for configuration in device:
        for interface in configuration:
            if interface.bInterfaceClass == _PRINTER_CLASS:
                return interface
    return None


def _serial_of(device: Any) -> str:
    """Its serial number; '' where it has none or we may not read it."""
    try:
        return str(device.serial_number or "").strip()
    except (ValueError, OSError, NotImplementedError):
        return ""


def _device_id(device: Any, interface: Any) -> str:
    """The IEEE 1284 device ID; its first two bytes are its length."""
    index = interface.bInterfaceNumber << 8 | interface.bAlternateSetting
    told = bytes(device.ctrl_transfer(_CLASS_REQUEST_IN, _GET_DEVICE_ID, 0, index, 1024, _CONTROL_MS))
    return told[2:].decode("latin-1")


def _hint(error: Any) -> str:
    if error.errno == errno.EACCES:
        return "; this user may not use it: give the group lp the device by a udev rule"
    if error.errno == errno.EBUSY:
        return "; another program holds it"
    return ""


def _ms(seconds: float) -> int:
    return max(1, round(seconds * 1000))
