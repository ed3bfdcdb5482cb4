"""The browser that tests and benches drive."""
from __future__ import annotations

import shutil

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--force-color-profile=srgb"]


def program() -> str | None:
    """The machine's Chromium, None where it has none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)
