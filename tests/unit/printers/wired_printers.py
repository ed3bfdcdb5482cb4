"""A virtual printer on a USB port and one on a serial line: the same insides behind the real pyusb and pyserial."""

from __future__ import annotations

import array
import errno
import os
import threading
import time
import tty
from collections import deque
from pathlib import Path
from types import SimpleNamespace

import usb.backend
import usb.core

from printers.profiles import Language
from printers.virtual_engine import Engine
from printers.virtual_folder import Control, LabelFolder
from printers.virtual_streams import Question, Watch

SERIAL_NUMBER = "XXQ1"
DEVICE_ID = "MFG:Zebra;CMD:ZPL;MDL:ZD421;"


class Inside:
    """What a printer does with bytes, whatever brought them."""

    def __init__(self, folder: Path, language: Language, model: str) -> None:
        self.folder = folder
        self.received = 0
        self._engine = Engine(language, LabelFolder(folder, 203), model)
        self._engine.start()
        self._stream = self._engine.stream()
        self._promises: deque[tuple[int, bytes]] = deque()
        self._said = b""

    def pretend(self, *faults: str) -> None:
        self._engine.pretend(Control(True, frozenset(faults)))

    def take(self, data: bytes) -> None:
        self.received += len(data)
        for item in self._stream.feed(data):
            if isinstance(item, Watch):
                self._engine.tells_of_itself = item.wanted
            elif not isinstance(item, Question):
                self._engine.accept(item)
            elif item.kind == "ack":
                self._promises.append(self._engine.promised(item))
            else:
                self._said += self._engine.answer(item)

    def say(self) -> bytes:
        while self._promises and self._engine.printed >= self._promises[0][0]:
            self._said += self._promises.popleft()[1]
        said, self._said = self._said, b""
        return said

    def stop(self) -> None:
        self._engine.stop()


class UsbBus(usb.backend.IBackend):  # type: ignore[misc]  # pyusb has no types
    """A bus with one printer. `gone_at`: pulled out at that byte; `deaf_at`: takes no more from that byte on."""

    def __init__(self, inside: Inside) -> None:
        self.inside = inside
        self.gone_at: int | None = None
        self.deaf_at: int | None = None
        self.denied = False
        self.port = 0x18  # paper, selected, no error
        self.claimed = 0

    def enumerate_devices(self) -> list[str]:
        return ["printer"]

    def get_device_descriptor(self, dev: str) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=0x0A5F, idProduct=0x00D1, bcdDevice=0x100, iManufacturer=0, iProduct=0,
            iSerialNumber=1, bNumConfigurations=1, address=1, bus=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: str, config: int) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev: str, intf: int, alt: int, config: int) -> SimpleNamespace:
        if intf or alt:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=2, bInterfaceClass=7,
            bInterfaceSubClass=1, bInterfaceProtocol=2, iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: str, ep: int, intf: int, alt: int, config: int) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=(0x01, 0x82)[ep], bmAttributes=2, wMaxPacketSize=64,
            bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev: str) -> str:
        return dev

    def close_device(self, handle: str) -> None:
        pass

    def set_configuration(self, handle: str, value: int) -> None:
        pass

    def get_configuration(self, handle: str) -> int:
        return 1

    def claim_interface(self, handle: str, intf: int) -> None:
        if self.denied:
            raise usb.core.USBError("Access denied", -3, errno.EACCES)
        self.claimed += 1

    def release_interface(self, handle: str, intf: int) -> None:
        self.claimed -= 1

    def is_kernel_driver_active(self, handle: str, intf: int) -> bool:
        return False

    def bulk_write(self, handle: str, ep: int, intf: int, data: array.array[int], timeout: int) -> int:
        """As libusb: a part of a write is counted when time is up, and lost when the device is."""
        limits = [at for at in (self.gone_at, self.deaf_at) if at is not None]
        room = max(0, min(limits) - self.inside.received) if limits else len(data)
        part = bytes(data)[:room]
        self.inside.take(part)
        if len(part) == len(data) or (part and self.gone_at is None):
            return len(part)
        if self.gone_at is not None:
            raise usb.core.USBError("No such device", -4, errno.ENODEV)
        raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)

    def bulk_read(self, handle: str, ep: int, intf: int, buff: array.array[int], timeout: int) -> int:
        deadline = time.monotonic() + timeout / 1000
        while time.monotonic() < deadline:
            said = self.inside.say()
            if said:
                buff[: len(said)] = array.array("B", said)
                return len(said)
            time.sleep(0.002)
        raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)

    def ctrl_transfer(
        self, handle: str, kind: int, request: int, value: int, index: int, data: array.array[int], timeout: int
    ) -> int:
        if (kind, request) == (0x80, 6):  # a string
            text = b"\x09\x04" if value & 0xFF == 0 else SERIAL_NUMBER.encode("utf-16-le")
            told = bytes((len(text) + 2, 3)) + text
        elif (kind, request) == (0xA1, 0):
            told = (len(DEVICE_ID) + 2).to_bytes(2, "big") + DEVICE_ID.encode()
        else:
            assert (kind, request) == (0xA1, 1)
            told = bytes((self.port,))
        told = told[: len(data)]
        data[: len(told)] = array.array("B", told)
        return len(told)


class SerialLine:
    """A pseudo-terminal with a printer at its far end. `deaf_at`: reads no more from that byte on."""

    def __init__(self, inside: Inside) -> None:
        self.inside = inside
        self.deaf_at: int | None = None
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._ours)
        self.path = os.ttyname(self._theirs)
        os.set_blocking(self._ours, False)
        self._running = True
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._running = False
        self._thread.join()
        os.close(self._ours)
        os.close(self._theirs)

    def _serve(self) -> None:
        while self._running:
            if self.deaf_at is None or self.inside.received < self.deaf_at:
                try:
                    self.inside.take(os.read(self._ours, 256))
                except BlockingIOError:
                    time.sleep(0.002)
            said = self.inside.say()
            if said:
                os.write(self._ours, said)


