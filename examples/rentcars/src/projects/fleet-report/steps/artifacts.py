"""Files that outlive a step, addressed by URI.

The steps of a run share no disk. What one leaves for another goes to `ESTEIRA_ARTIFACTS_URI`,
a `file://` folder on one machine and an `s3://` prefix on AWS. By convention a step leaves
its files in a folder with its name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname
from uuid import uuid4

import s3


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The artifacts of one run. A `path` is `STEP/FILE`."""

    root: str
    environ: Mapping[str, str]

    @staticmethod
    def of_run(environ: Mapping[str, str]) -> Artifacts:
        """Those of the run that `environ` belongs to."""
        root = environ.get("ESTEIRA_ARTIFACTS_URI", "")
        if urlsplit(root).scheme not in {"file", "s3"}:
            raise SystemExit(
                "ESTEIRA_ARTIFACTS_URI must be a file:// or s3:// address of a folder, "
                f"and it is {root!r}.\n"
                "Start this step with `esteira run`, or set the variable: "
                "export ESTEIRA_ARTIFACTS_URI=file:///tmp/fleet-report/"
            )
        return Artifacts(root.rstrip("/"), environ)

    def uri(self, path: str) -> str:
        return f"{self.root}/{path}"

    def read(self, path: str) -> str:
        """The text of the file at `path`; `FileNotFoundError` when there is none."""
        parts = urlsplit(self.uri(path))
        if parts.scheme == "file":
            return Path(url2pathname(parts.path)).read_text("utf-8")
        return s3.get(parts.netloc, parts.path.removeprefix("/"), self.environ).decode()

    def write(self, path: str, text: str) -> None:
        """Puts `text` at `path`, whole or not at all."""
        parts = urlsplit(self.uri(path))
        if parts.scheme == "file":
            _write_file(Path(url2pathname(parts.path)), text)
        else:
            s3.put(parts.netloc, parts.path.removeprefix("/"), text.encode(), self.environ)

    def read_json(self, path: str) -> Any:
        return json.loads(self.read(path))

    def write_json(self, path: str, document: object) -> None:
        self.write(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def _write_file(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        unfinished.write_text(text, "utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
