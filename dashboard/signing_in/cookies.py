"""Names of our cookies, and what no page of ours may ask of the browser."""

from __future__ import annotations

CSRF_COOKIE, SESSION_COOKIE = "_csrf_token", "sunwai"
# Nothing here needs a camera, a place or a payment, and no page of ours lets a frame ask for one.
NO_DEVICES = ", ".join(
    f"{name}=()"
    for name in ("accelerometer", "autoplay", "camera", "display-capture", "geolocation",
                 "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb",
                 "browsing-topics")
)  # fmt: skip


def cookie_name(name: str, *, secure: bool) -> str:
    """The cookie's name. ``__Host-`` binds it to this host and to https in every browser, so that
    no neighbouring host can plant one."""
    return f"__Host-{name}" if secure else name
