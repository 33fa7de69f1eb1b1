"""Requests to AWS, signed: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"""

import hmac
import time
from collections import namedtuple
from hashlib import sha256
from urllib.parse import quote

EMPTY = sha256(b"").hexdigest()


class Credentials(namedtuple("Credentials", "key secret token expires")):
    """They expire at a time in seconds since the epoch, or at infinity."""


def signed_headers(
    credentials: Credentials, region: str, method: str, host: str, path: str, query: dict, headers: dict, payload: str, now: "float | None" = None
) -> "dict[str, str]":
    """
    The request's headers with its signature. `path` is as it is sent, `payload` is the SHA-256 of the body, which S3 holds the
    body to.
    """
    at = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    day = at[:8]
    given = {**headers, "host": host, "x-amz-date": at, "x-amz-content-sha256": payload}
    if credentials.token:
        given["x-amz-security-token"] = credentials.token
    names = sorted(given)
    signed = ";".join(names)
    canonical = "\n".join(
        [method, path, query_text(query), *(f"{name}:{' '.join(given[name].split())}" for name in names), "", signed, payload]
    )
    scope = f"{day}/{region}/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", at, scope, sha256(canonical.encode()).hexdigest()])
    key = b"AWS4" + credentials.secret.encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), sha256).digest()
    signature = hmac.new(key, text.encode(), sha256).hexdigest()
    given["authorization"] = f"AWS4-HMAC-SHA256 Credential={credentials.key}/{scope}, SignedHeaders={signed}, Signature={signature}"
    return given


def query_text(query: dict) -> str:
    return "&".join(f"{encoded(name)}={encoded(str(value))}" for name, value in sorted(query.items()))


def encoded(text: str, safe: str = "") -> str:
    return quote(text, safe=safe + "-_.~")
