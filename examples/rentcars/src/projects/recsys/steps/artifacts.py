"""Files that outlive a step, addressed by URI.

The steps of a run share no disk. What one leaves for another goes to `ESTEIRA_ARTIFACTS_URI`,
a `file://` folder on one machine and an `s3://` prefix on AWS. By convention a step leaves
its files in a folder with its name, as in `file:///…/recsys/20260101-a1b2/extract_features/`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname
from uuid import uuid4


def artifact_uri(environ: Mapping[str, str], step: str, name: str) -> str:
    """Where the file `name` of `step` lives among the artifacts of the current run."""
    root = environ.get("ESTEIRA_ARTIFACTS_URI")
    if not root:
        raise SystemExit(
            "ESTEIRA_ARTIFACTS_URI is not set, so this step has nowhere to keep its files.\n"
            "Start it with `esteira run`, or set the variable: "
            "export ESTEIRA_ARTIFACTS_URI=file:///tmp/recsys/"
        )
    return f"{root.rstrip('/')}/{step}/{name}"


def read_bytes(uri: str) -> bytes:
    """The content of the file at `uri`; `FileNotFoundError` when there is none."""
    scheme, place, path = _split(uri)
    if scheme == "file":
        return Path(path).read_bytes()
    client = _s3_client()
    try:
        content: bytes = client.get_object(Bucket=place, Key=path)["Body"].read()
    except client.exceptions.NoSuchKey as error:
        raise FileNotFoundError(f"there is no {uri}") from error
    return content


def write_bytes(uri: str, content: bytes) -> None:
    """Puts `content` at `uri`, whole or not at all, over whatever an earlier attempt left."""
    scheme, place, path = _split(uri)
    if scheme == "file":
        _write_file(Path(path), content)
    else:
        _s3_client().put_object(Bucket=place, Key=path, Body=content)


def read_json(uri: str) -> Any:
    """The JSON document at `uri`."""
    return json.loads(read_bytes(uri))


def write_json(uri: str, document: object) -> None:
    """Puts `document` at `uri` as indented JSON."""
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    write_bytes(uri, f"{text}\n".encode())


def _split(uri: str) -> tuple[str, str, str]:
    """`(scheme, bucket, key)` of an S3 URI, `("file", "", path)` of a file's."""
    parts = urlsplit(uri)
    match parts.scheme:
        case "file":
            return "file", "", url2pathname(parts.path)
        case "s3":
            return "s3", parts.netloc, parts.path.removeprefix("/")
        case _:
            raise ValueError(f"artifacts live at file:// or s3:// addresses, not at {uri!r}")


def _write_file(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _s3_client() -> Any:
    # Imported here, because a run on one machine needs neither boto3 nor its half a second.
    import boto3  # noqa: PLC0415

    return boto3.client("s3")
