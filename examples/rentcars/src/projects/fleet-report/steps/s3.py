"""S3 in the standard library, for a project that installs nothing: get an object, put an object.

Requests are signed with AWS Signature Version 4:
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
A project that does more with AWS is better served by boto3, as `recsys` beside this one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from http import HTTPStatus
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

TIMEOUT_SECONDS = 30
CONTAINER_CREDENTIALS = "http://169.254.170.2"  # where ECS hands a task the keys of its role


@dataclass(frozen=True, slots=True)
class Credentials:
    access_key: str
    secret_key: str
    session_token: str | None


def get(bucket: str, key: str, environ: Mapping[str, str]) -> bytes:
    """The content of an object; `FileNotFoundError` when there is none."""
    return _send("GET", bucket, key, b"", environ)


def put(bucket: str, key: str, content: bytes, environ: Mapping[str, str]) -> None:
    """Creates an object, or replaces it."""
    _send("PUT", bucket, key, content, environ)


def _send(method: str, bucket: str, key: str, body: bytes, environ: Mapping[str, str]) -> bytes:
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    url = object_url(bucket, key, region, environ)
    request = Request(url, body if method == "PUT" else None, method=method)
    # Otherwise urllib declares every body to be a form.
    request.add_header("content-type", "application/octet-stream")
    sign(request, credentials(environ), region, datetime.now(UTC))
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            content: bytes = response.read()
            return content
    except HTTPError as error:
        if error.code == HTTPStatus.NOT_FOUND:
            raise FileNotFoundError(f"there is no s3://{bucket}/{key}") from None
        answer = error.read().decode(errors="replace")
        raise OSError(f"{method} s3://{bucket}/{key}: HTTP {error.code}: {answer}") from None


def object_url(bucket: str, key: str, region: str, environ: Mapping[str, str]) -> str:
    """Where the object is reached: at AWS, or at the endpoint that the environment names."""
    endpoint = environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL")
    if endpoint:
        return f"{endpoint.rstrip('/')}/{bucket}/{quote(key)}"
    return f"https://{bucket}.s3.{region}.amazonaws.com/{quote(key)}"


def credentials(environ: Mapping[str, str]) -> Credentials:
    """Those in the environment, otherwise those of the task's role."""
    if "AWS_ACCESS_KEY_ID" in environ and "AWS_SECRET_ACCESS_KEY" in environ:
        return Credentials(
            environ["AWS_ACCESS_KEY_ID"],
            environ["AWS_SECRET_ACCESS_KEY"],
            environ.get("AWS_SESSION_TOKEN"),
        )
    path = environ.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
    if path is None:
        raise SystemExit(
            "There are no AWS credentials here. On AWS a step has those of its task role; "
            "elsewhere set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        )
    with urlopen(CONTAINER_CREDENTIALS + path, timeout=TIMEOUT_SECONDS) as response:
        keys = json.load(response)
    return Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["Token"])


def sign(request: Request, keys: Credentials, region: str, now: datetime) -> None:
    """Adds the headers that make S3 accept the request. Its URL must have no query."""
    parts = urlsplit(request.full_url)
    body = request.data if isinstance(request.data, bytes) else b""
    digest = hashlib.sha256(body).hexdigest()
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{region}/s3/aws4_request"

    request.add_header("host", parts.netloc)
    request.add_header("x-amz-content-sha256", digest)
    request.add_header("x-amz-date", moment)
    if keys.session_token:
        request.add_header("x-amz-security-token", keys.session_token)

    signed = sorted((name.lower(), value) for name, value in request.header_items())
    lines = "".join(f"{name}:{value}\n" for name, value in signed)
    names = ";".join(name for name, _ in signed)
    canonical = "\n".join([request.get_method(), parts.path, "", lines, names, digest])
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    key = reduce(_hmac, scope.split("/"), b"AWS4" + keys.secret_key.encode())
    signature = _hmac(key, f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashed}").hex()
    request.add_header(
        "authorization",
        f"AWS4-HMAC-SHA256 Credential={keys.access_key}/{scope},"
        f"SignedHeaders={names},Signature={signature}",
    )


def _hmac(key: bytes, message: str) -> bytes:
    return hmac.digest(key, message.encode(), "sha256")
