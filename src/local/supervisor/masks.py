"""Secrets in the step's output, before it is written anywhere; the same forms as `src/core/mask.ts` looks for."""

from binascii import b2a_base64

SHORTEST = 6
PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()")


class Mask:
    def __init__(self, secrets: "list[bytes]"):
        forms = set()
        for secret in secrets:
            for part in [secret, *(line.strip() for line in secret.split(b"\n"))]:
                forms.update(form for form in [part, for_urls(part), *in_base64(part)] if len(form) >= SHORTEST)
        self.forms = tuple(forms)
        self.longest = max(map(len, forms), default=0)

    def __call__(self, text: bytes) -> bytes:
        if not self.forms:
            return text
        places = sorted(place for form in self.forms if form in text for place in places_of(form, text))
        if not places:
            return text
        shown, end = b"", 0
        for start, stop in places:
            if start >= end:
                shown += text[end:start] + b"***"
            end = max(end, stop)
        return shown + text[end:]


def places_of(form: bytes, text: bytes) -> "list[tuple[int, int]]":
    found, at = [], text.find(form)
    while at >= 0:
        found.append((at, at + len(form)))
        at = text.find(form, at + 1)
    return found


def for_urls(text: bytes) -> bytes:
    return b"".join(bytes([byte]) if byte in PLAIN else b"%%%02X" % byte for byte in text)


def in_base64(text: bytes) -> "list[bytes]":
    """Of the bytes at any place of what was encoded: three forms, each without what its neighbours share."""
    if len(text) < 4:
        return []
    found = []
    for shift in (0, 1, 2):
        own = b2a_base64(bytes(shift) + text, newline=False)[shift + 1 if shift else 0 :]
        rest = (len(text) + shift) % 3
        for form in (own.rstrip(b"="), own[: (0, -3, -2)[rest] or None]):
            found += [form, form.replace(b"+", b"-").replace(b"/", b"_")]
    return found
