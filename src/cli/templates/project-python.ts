/** The Python of a new project, as a beginner may read it and a team may keep it. */

export const extractFeatures = `"""First step: rows in, features out."""

import os
import random

import artifacts


def make_rows(count: int, seed: int = 7) -> list[dict[str, float]]:
    """Made-up rentals: the price falls with the age of the car. Read your own data here."""
    dice = random.Random(seed)
    rows = []
    for _ in range(count):
        age = dice.uniform(0, 10)
        rows.append({"age": age, "price": 90 - 5 * age + dice.gauss(0, 4)})
    return rows


def main() -> None:
    rows = make_rows(int(os.environ.get("ESTEIRA_PARAM_ROWS", "200")))
    where = artifacts.write_json("extract_features/features.json", rows)
    print(f"{len(rows)} rows written to {where}")


if __name__ == "__main__":
    main()
`;

export const scoreModel = `"""Second step: features in, a model and its scores out."""

import artifacts


def fit_line(points: list[tuple[float, float]]) -> tuple[float, float]:
    """Least squares: the slope and the intercept of the line through the points."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum(
        (x - mean_x) ** 2 for x, _ in points
    )
    return slope, mean_y - slope * mean_x


def main() -> None:
    rows = artifacts.read_json("extract_features/features.json")
    slope, intercept = fit_line([(row["age"], row["price"]) for row in rows])
    print(f"price = {intercept:.2f} {slope:+.2f} * age")

    scores = [{"age": age, "price": round(intercept + slope * age, 2)} for age in range(6)]
    where = artifacts.write_json("score_model/scores.json", scores)
    print(f"{len(scores)} scores written to {where}")


if __name__ == "__main__":
    main()
`;

export const artifactsModule = `"""Files that outlive a step. Steps share no disk: what one leaves for another goes here.

ESTEIRA_ARTIFACTS_URI is a folder (file://) on one machine and a prefix (s3://) on AWS.
"""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname


def write_json(name: str, document: Any) -> str:
    """Leaves a document as \`name\` among the artifacts of this run; gives its address."""
    uri = _uri(name)
    text = json.dumps(document, indent=2, ensure_ascii=False)
    parts = urlsplit(uri)
    if parts.scheme == "file":
        path = Path(url2pathname(parts.path))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    else:
        _s3().put_object(Bucket=parts.netloc, Key=parts.path.lstrip("/"), Body=text.encode())
    return uri


def read_json(name: str) -> Any:
    """Reads a document that an earlier step left as \`name\`."""
    parts = urlsplit(_uri(name))
    if parts.scheme == "file":
        return json.loads(Path(url2pathname(parts.path)).read_text(encoding="utf-8"))
    answer = _s3().get_object(Bucket=parts.netloc, Key=parts.path.lstrip("/"))
    return json.loads(answer["Body"].read())


def _uri(name: str) -> str:
    root = os.environ.get("ESTEIRA_ARTIFACTS_URI")
    if not root:
        raise SystemExit("ESTEIRA_ARTIFACTS_URI is not set: start this step with \`esteira run\`")
    return f"{root.rstrip('/')}/{name}"


def _s3() -> Any:
    try:
        import boto3
    except ImportError:
        raise SystemExit("artifacts are on S3: add boto3 to requirements.txt") from None
    return boto3.client("s3")
`;

export const stepsTest = `"""Run with \`esteira test\`, or by hand with \`python -m unittest\`."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "steps"))

import extract_features  # noqa: E402
import score_model  # noqa: E402


class Steps(unittest.TestCase):
    def test_rows_are_the_same_every_time(self) -> None:
        self.assertEqual(extract_features.make_rows(3), extract_features.make_rows(3))

    def test_a_line_is_found_again(self) -> None:
        slope, intercept = score_model.fit_line([(0, 1), (1, 3), (2, 5)])
        self.assertAlmostEqual(slope, 2)
        self.assertAlmostEqual(intercept, 1)


if __name__ == "__main__":
    unittest.main()
`;
