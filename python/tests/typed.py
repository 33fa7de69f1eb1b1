"""What a type checker has to know of the library; nobody runs it."""

from pathlib import Path
from typing import Any, Optional

from esteira import artifacts, item, metrics, params, report

text: str = params["country"]
maybe: Optional[str] = params.get("country")
rows: int = params.get("rows", 200)
share: float = params.get("share", 0.5)
days: "list[str]" = params.get("days", ["mon"])
city: str = item("Recife")
anything: Any = item()
where: Path = artifacts.path("model.bin")
written: Path = artifacts.write("a.json", {"a": 1})
names: "list[str]" = artifacts.names()
merged: "dict[str, float]" = metrics({"auc/test": 0.8}, auc=0.81)
shown: Path = report.add("# Rows", name="rows")
