"""What a step needs of Esteira: its parameters, its item, files that outlive it, metrics, a report.

    from esteira import artifacts, metrics, params

    rows = params.get("rows", 200)
    model = train(artifacts.read("features.parquet"), rows)
    artifacts.write("model.joblib", model)
    metrics(auc=0.81)

One file without dependencies, for Python 3.9 and newer: installed with the distribution
`esteira-ml`, or copied beside the steps by `esteira new PROJECT --helper`. It reads environment
variables when it is asked and not before, so that notebooks and tests may set them. Where Esteira
doesn't run, files go to the folder `.esteira-local`, which Git ignores.
"""

from __future__ import annotations

import contextlib
import datetime
import importlib
import importlib.util
import json
import math
import numbers
import os
import pickle
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Callable, TypeVar, Union, cast, overload
from urllib.parse import urlsplit
from urllib.request import url2pathname

__all__ = ["artifacts", "item", "metrics", "params", "profile", "report"]

Name = Union[str, "os.PathLike[str]"]
Value = TypeVar("Value")


def __getattr__(name: str) -> str:
    """The version of the distribution; a copy of this file has none."""
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        with contextlib.suppress(PackageNotFoundError):
            return version("esteira-ml")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


# --- What a run was given


class Params(Mapping[str, str]):
    """The run's parameters, as texts: those of `params` in config.yaml, or of `--param`."""

    _prefix = "ESTEIRA_PARAM_"

    def __getitem__(self, name: str) -> str:
        variable = self._prefix + re.sub(r"[^A-Z0-9_]", "_", name.upper())
        try:
            return os.environ[variable]
        except KeyError:
            known = ", ".join(self) or "none"
            message = f"there is no parameter {name} (there are: {known}); declare it in `params`"
            raise KeyError(message) from None

    @overload
    def get(self, name: str, default: None = None) -> str | None: ...  # type: ignore[overload-cannot-match, unused-ignore]
    @overload
    def get(self, name: str, default: Value) -> Value: ...
    def get(self, name: str, default: Any = None) -> Any:
        """The parameter in the type of the default: `params.get("rows", 200)` is a whole number.

        Types are bool, int, float, str, date, datetime, and what JSON has (list, dict). Raises
        ValueError where the text isn't of that type.
        """
        try:
            text = self[name]
        except KeyError:
            return default
        return _like(default, text, f"the parameter {name}")

    def __iter__(self) -> Iterator[str]:
        prefix = self._prefix
        return (name[len(prefix) :].lower() for name in sorted(os.environ) if name.startswith(prefix))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"params({dict(self)})"


params = Params()


@overload
def item() -> Any: ...
@overload
def item(default: Value) -> Value: ...
def item(default: Any = ...) -> Any:
    """The item of a step with `for_each`: a list or a map as such, anything else as its text.

    With a default, the item in the default's type; the default itself in a step without an item.
    Raises LookupError where there is neither.
    """
    text = os.environ.get("ESTEIRA_ITEM")
    if text is None:
        if default is ...:
            raise LookupError("this step has no item: give it `for_each`, or ask for item(DEFAULT)")
        return default
    if default is not ...:
        return _like(default, text, "the item")
    with contextlib.suppress(ValueError):
        if text[:1] in ("[", "{"):
            return json.loads(text)
    return text


_truths = {"true": True, "yes": True, "on": True, "1": True} | {
    "false": False, "no": False, "off": False, "0": False
}  # fmt: skip


def _like(default: Any, text: str, what: str) -> Any:
    """A text in the type of the default."""
    kind = type(default)
    readers: dict[type, Callable[[str], Any]] = {
        bool: lambda value: _truths[value.strip().lower()],
        int: int,
        float: float,
        datetime.date: datetime.date.fromisoformat,
        datetime.datetime: datetime.datetime.fromisoformat,
        list: json.loads,
        dict: json.loads,
    }
    if kind not in readers:
        return text
    try:
        value = readers[kind](text)
    except (KeyError, ValueError):
        value = None
    if not isinstance(value, kind):
        raise ValueError(f"{what} is {text!r}, and a value like {default!r} is needed")
    return value


# --- Files


def _local_folder(name: str) -> Path:
    """A folder for a notebook or a test, where Esteira doesn't run; Git ignores it."""
    home = Path.cwd() / ".esteira-local"
    folder = home / name
    folder.mkdir(parents=True, exist_ok=True)
    ignore = home / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    return folder


def _place(folder: Path, name: Name) -> Path:
    """A path below the folder. Raises ValueError where the name leads out of it."""
    text = os.fspath(name)
    root = folder.resolve()
    path = (root / text).resolve()
    if root not in path.parents:
        raise ValueError(f"{text!r} isn't a name below the folder {folder}: give a relative path")
    return path


@contextlib.contextmanager
def _replaced(path: Path) -> Iterator[Path]:
    """A new file beside the path that takes its place at the end: nobody sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # The suffix stays: libraries choose the form by it.
    handle, name = tempfile.mkstemp(prefix=".new-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    new = Path(name)
    try:
        yield new
        mask = os.umask(0)
        os.umask(mask)
        new.chmod(0o666 & ~mask)  # mkstemp's is the owner's alone
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _plain(value: Any) -> Any:
    """For JSON: numbers and arrays of NumPy, dates, paths and sets as what JSON has."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise TypeError(f"{type(value).__name__} isn't something that JSON has")


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=_plain) + "\n"


class Artifacts:
    """Files that outlive a step: steps share no disk, and what one leaves for another goes here."""

    _models = (".joblib", ".pkl", ".pickle")

    @property
    def folder(self) -> Path:
        """Where they are: ESTEIRA_ARTIFACTS_DIR, else the run's artifacts on this machine."""
        given = os.environ.get("ESTEIRA_ARTIFACTS_DIR")
        shared = os.environ.get("ESTEIRA_ARTIFACTS_URI", "")
        if not given and shared:
            address = urlsplit(shared)
            if address.scheme != "file":
                raise RuntimeError(
                    f"the artifacts of this run are at {shared}: declare `outputs` in the "
                    "project's config.yaml, so that Esteira gives its steps a folder"
                )
            given = url2pathname(address.path)
        if not given:
            return _local_folder("artifacts")
        folder = Path(given)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def path(self, name: Name) -> Path:
        """The path of an artifact, for what reads and writes files itself; its folder exists."""
        path = _place(self.folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def names(self) -> list[str]:
        """Every artifact that is there, sorted, with `/` between folders."""
        folder = self.folder
        files = (path for path in folder.rglob("*") if path.is_file())
        return sorted(path.relative_to(folder).as_posix() for path in files)

    def read(self, name: Name, library: str | None = None) -> Any:
        """Reads an artifact by its ending.

        `.json` gives what it has; `.parquet` a frame of pandas, or of polars where that alone is
        installed or `library="polars"` asks for it; `.joblib`, `.pkl` and `.pickle` a model: they
        run what they contain, so read only what your own steps wrote. `.txt`, `.md`, `.csv` and
        whatever else is UTF-8 gives a text, and other files bytes.
        """
        path = _place(self.folder, name)
        if not path.is_file():
            found = ", ".join(self.names()) or "none"
            raise FileNotFoundError(f"there is no artifact {os.fspath(name)} (there are: {found})")
        if path.suffix == ".json":
            return json.loads(path.read_text(encoding="utf-8"))
        if path.suffix == ".parquet":
            return _frames(library).read_parquet(path)
        if path.suffix in self._models:
            return _load(path)
        content = path.read_bytes()
        try:
            return content.decode()
        except UnicodeDecodeError:
            return content

    def write(self, name: Name, value: Any) -> Path:
        """Writes an artifact by its ending, whole or not at all, and gives its path.

        `.json` takes what JSON has, and NumPy's numbers and arrays; `.parquet` a frame of pandas
        or polars; `.joblib`, `.pkl` and `.pickle` any model, by joblib where it is installed; all
        others a text or bytes.
        """
        path = self.path(name)
        with _replaced(path) as new:
            _write(new, path, value)
        return path


def _write(new: Path, path: Path, value: Any) -> None:
    suffix = path.suffix
    if suffix == ".json":
        new.write_text(_json(value), encoding="utf-8")
    elif suffix == ".parquet":
        write = getattr(value, "to_parquet", None) or getattr(value, "write_parquet", None)
        if write is None:
            raise TypeError(f"{path.name} needs a frame of pandas or polars, not {_kind(value)}")
        write(new)
    elif suffix in Artifacts._models:
        _dump(value, new)
    elif isinstance(value, str):
        with new.open("w", encoding="utf-8", newline="") as file:
            file.write(value)
    elif isinstance(value, (bytes, bytearray, memoryview)):
        new.write_bytes(value)
    else:
        raise TypeError(
            f"{path.name} takes a text or bytes, not {_kind(value)}: end the name in .json, "
            ".parquet or .joblib, or write the file at artifacts.path(NAME) yourself"
        )


def _kind(value: object) -> str:
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _frames(library: str | None) -> Any:
    """The library that reads Parquet."""
    if library not in (None, "pandas", "polars"):
        raise ValueError(f"library is pandas or polars, not {library!r}")
    name = library or next((one for one in ("pandas", "polars") if _installed(one)), None)
    if name is None or not _installed(name):
        wanted = name or "pandas with pyarrow, or polars"
        raise ModuleNotFoundError(f"Parquet needs {wanted}: add it to the project's requirements")
    return importlib.import_module(name)


def _pickler(path: Path) -> Any:
    """Joblib where it is installed; pickle for all endings but joblib's own."""
    if _installed("joblib"):
        return importlib.import_module("joblib")
    if path.suffix == ".joblib":
        raise ModuleNotFoundError("joblib isn't installed: add it to the project's requirements")
    return None


def _load(path: Path) -> Any:
    joblib = _pickler(path)
    if joblib is not None:
        return joblib.load(path)
    with path.open("rb") as file:
        return pickle.load(file)


def _dump(value: Any, path: Path) -> None:
    joblib = _pickler(path)
    if joblib is not None:
        joblib.dump(value, path)
        return
    with path.open("wb") as file:
        pickle.dump(value, file)


artifacts = Artifacts()


# --- What people look at


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Alone with the folder, among threads and processes of this machine."""
    try:
        import fcntl
    except ImportError:  # Windows: notebooks only, no steps
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def metrics(values: Mapping[str, Any] | None = None, /, **named: Any) -> dict[str, Any]:
    """Adds figures to `metrics.json` among the artifacts, and gives all that are in it.

    `metrics(auc=0.81)`, or `metrics({"auc/test": 0.81})`; a name that is there already gets the
    new value. A figure is a finite number, or a date or datetime, which is written as ISO 8601.
    Raises ValueError for anything else, and then adds none. `checks` of config.yaml say what the
    figures must be.
    """
    added = {name: _figure(name, value) for name, value in {**(values or {}), **named}.items()}
    path = artifacts.path("metrics.json")
    with _locked(path.parent):
        found: dict[str, Any] = artifacts.read("metrics.json") if path.exists() else {}
        merged = {**found, **added}
        artifacts.write("metrics.json", merged)
    return merged


def profile(frame: Any, prefix: str = "", *, newest: str | None = None) -> dict[str, Any]:
    """Adds what checks ask of a frame of pandas or polars to the metrics, and gives all of them.

    `rows`, `null_share/COLUMN` of each column, and with the name of a column of times `newest`,
    its latest; a prefix makes them `PREFIX/rows` and so on.
    """
    rows, columns = len(frame), list(frame.columns)
    start = f"{prefix}/" if prefix else ""
    found: dict[str, Any] = {f"{start}rows": rows}
    for column in columns:
        values = frame[column]
        empty = values.isna().sum() if hasattr(values, "isna") else values.null_count()
        found[f"{start}null_share/{column}"] = int(empty) / rows if rows else 0.0
    latest = None if newest is None or rows == 0 else frame[newest].max()
    if latest is not None:
        found[f"{start}newest"] = latest
    return metrics(found)


def _figure(name: str, value: Any) -> float | str:
    if isinstance(value, (datetime.date, datetime.datetime)):
        if value != value:  # noqa: PLR0124  (NaT of pandas is a datetime)
            raise ValueError(f"the metric {name} is {value!r}, and a time is needed")
        return value.isoformat()
    return _number(name, value)


def _number(name: str, value: Any) -> float:
    plain = value.item() if hasattr(value, "item") else value
    if not isinstance(plain, numbers.Real) or not math.isfinite(plain):
        raise ValueError(f"the metric {name} is {plain!r}, and a finite number is needed")
    return int(plain) if isinstance(plain, numbers.Integral) else float(plain)


class Report:
    """What a run shows to people: figures, tables and texts, one file each."""

    @property
    def folder(self) -> Path:
        """Where they are: ESTEIRA_REPORT_DIR, else `report/` among the artifacts."""
        given = os.environ.get("ESTEIRA_REPORT_DIR")
        folder = Path(given) if given else artifacts.folder / "report"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def add(self, figure: Any, name: str | None = None) -> Path:
        """Adds a figure, a table or a text, and gives its file.

        A figure of Matplotlib or Seaborn (PNG), a chart of Altair (Vega-Lite), a frame of pandas
        or polars (CSV), anything that a notebook shows as SVG or PNG, a text (Markdown), or the
        path of a file that is there. What has the name of an earlier one takes its place; without
        a name it gets the next number.
        """
        suffix, write = _shown(figure)
        folder = self.folder
        if name is not None:
            path = _place(folder, name if name.endswith(suffix) else name + suffix)
            with _replaced(path) as new:
                write(new)
            return path
        with _locked(folder):
            taken = {path.name.split(".")[0] for path in folder.iterdir()}
            number = next(one for one in range(1, len(taken) + 2) if f"{one:02}" not in taken)
            path = folder / f"{number:02}{suffix}"
            with _replaced(path) as new:
                write(new)
        return path


def _shown(figure: Any) -> tuple[str, Callable[[Path], object]]:
    """The ending of a figure's file, and what writes it."""
    if isinstance(figure, str):
        return ".md", lambda path: path.write_text(figure, encoding="utf-8")
    if isinstance(figure, os.PathLike):
        source = Path(figure)
        ending = ".vl.json" if source.name.endswith(".vl.json") else source.suffix
        return ending, lambda path: shutil.copyfile(source, path)
    # An axis of Matplotlib is drawn on its figure.
    drawn: Any = figure if hasattr(figure, "savefig") else getattr(figure, "figure", None)
    if hasattr(drawn, "savefig"):
        return ".png", lambda path: drawn.savefig(path, dpi=120, bbox_inches="tight")
    if type(figure).__module__.split(".")[0] == "altair":
        return ".vl.json", lambda path: path.write_text(figure.to_json(), encoding="utf-8")
    if hasattr(figure, "to_csv"):
        return ".csv", lambda path: figure.to_csv(path)
    if hasattr(figure, "write_csv"):
        return ".csv", lambda path: figure.write_csv(path)
    for suffix, method in ((".svg", "_repr_svg_"), (".png", "_repr_png_")):
        content = getattr(figure, method, lambda: None)()
        if content is not None:
            data = content.encode() if isinstance(content, str) else cast(bytes, content)
            return suffix, lambda path: path.write_bytes(data)
    raise TypeError(
        f"a report has no form for {_kind(figure)}: save it as PNG, SVG, CSV or Markdown and add "
        "the path of the file"
    )


report = Report()
