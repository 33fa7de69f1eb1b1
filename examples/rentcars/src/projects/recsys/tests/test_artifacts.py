from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import artifacts


class NoSuchKeyError(Exception):
    """What S3 answers where there is no object."""


class FakeS3:
    """The two calls of boto3's S3 client that `artifacts` makes, over a dict."""

    exceptions = SimpleNamespace(NoSuchKey=NoSuchKeyError)

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:
        self.objects[Bucket, Key] = Body

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, SimpleNamespace]:
        if (Bucket, Key) not in self.objects:
            raise NoSuchKeyError
        return {"Body": SimpleNamespace(read=lambda: self.objects[Bucket, Key])}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> FakeS3:
    fake = FakeS3()
    monkeypatch.setitem(sys.modules, "boto3", SimpleNamespace(client=lambda service: fake))
    return fake


def test_an_artifact_lies_in_the_folder_of_its_step() -> None:
    for root in ("s3://bucket/recsys/run-1/", "s3://bucket/recsys/run-1"):
        environ = {"ESTEIRA_ARTIFACTS_URI": root}
        uri = artifacts.artifact_uri(environ, "score_model", "metrics.json")
        assert uri == "s3://bucket/recsys/run-1/score_model/metrics.json"


def test_without_an_artifacts_uri_it_says_how_to_start_the_step() -> None:
    with pytest.raises(SystemExit) as stopped:
        artifacts.artifact_uri({}, "score_model", "metrics.json")
    assert str(stopped.value) == (
        "ESTEIRA_ARTIFACTS_URI is not set, so this step has nowhere to keep its files.\n"
        "Start it with `esteira run`, or set the variable: "
        "export ESTEIRA_ARTIFACTS_URI=file:///tmp/recsys/"
    )


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    uri = f"{tmp_path.as_uri()}/run 1/features.npz".replace(" ", "%20")
    artifacts.write_bytes(uri, b"first")
    artifacts.write_bytes(uri, b"second")
    assert artifacts.read_bytes(uri) == b"second"
    assert [path.name for path in (tmp_path / "run 1").iterdir()] == ["features.npz"]


def test_a_failed_write_keeps_the_file_and_leaves_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = f"{tmp_path.as_uri()}/features.npz"
    artifacts.write_bytes(uri, b"whole")

    def full_disk(path: Path, target: Path) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(OSError, match="no space left"):
        artifacts.write_bytes(uri, b"half")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"whole"]


def test_an_object_is_read_as_it_was_written(s3: FakeS3) -> None:
    artifacts.write_bytes("s3://bucket/recsys/run-1/features.npz", b"content")
    assert s3.objects == {("bucket", "recsys/run-1/features.npz"): b"content"}
    assert artifacts.read_bytes("s3://bucket/recsys/run-1/features.npz") == b"content"


@pytest.mark.usefixtures("s3")
def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    for uri in (f"{tmp_path.as_uri()}/none.json", "s3://bucket/none.json"):
        with pytest.raises(FileNotFoundError):
            artifacts.read_bytes(uri)


def test_json_keeps_accents_and_refuses_what_json_has_no_word_for(tmp_path: Path) -> None:
    uri = f"{tmp_path.as_uri()}/metrics.json"
    artifacts.write_json(uri, {"título": "veículos"})
    assert (tmp_path / "metrics.json").read_text("utf-8") == '{\n  "título": "veículos"\n}\n'
    assert artifacts.read_json(uri) == {"título": "veículos"}
    with pytest.raises(ValueError, match="not JSON compliant"):
        artifacts.write_json(uri, {"mean": float("nan")})


def test_other_addresses_are_refused() -> None:
    message = "^artifacts live at file:// or s3:// addresses, not at 'http://example.com/a'$"
    with pytest.raises(ValueError, match=message):
        artifacts.read_bytes("http://example.com/a")
