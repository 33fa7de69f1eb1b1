/** The Python of projects by a template, as a beginner may read it and a team may keep it. */

export const sklearnExtract = `"""First step: rows in, features out. Read your own data here."""

import csv
from pathlib import Path

from sklearn.datasets import load_wine


def main() -> None:
    wines = load_wine()
    Path("features").mkdir(exist_ok=True)
    with open("features/wines.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*wines.feature_names, "cultivar"])
        writer.writerows([*map(float, row), int(kind)] for row, kind in zip(wines.data, wines.target))
    print(f"{len(wines.target)} wines written")


if __name__ == "__main__":
    main()
`;

export const sklearnTrain = `"""Second step: features in, a model and how good it is out."""

import json
import os
import pickle
from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score


def forest(trees: int) -> RandomForestClassifier:
    return RandomForestClassifier(n_estimators=trees, random_state=7)


def main() -> None:
    table = np.genfromtxt("features/wines.csv", delimiter=",", skip_header=1)
    values, kinds = table[:, :-1], table[:, -1].astype(int)
    model = forest(int(os.environ.get("ESTEIRA_PARAM_TREES", "50")))
    accuracy = float(cross_val_score(model, values, kinds, cv=3).mean())
    print(f"accuracy {accuracy:.3f}")
    Path("metrics.json").write_text(json.dumps({"accuracy": accuracy}))
    Path("model.pkl").write_bytes(pickle.dumps(model.fit(values, kinds)))


if __name__ == "__main__":
    main()
`;

const unittestOf = (
  imports: string,
  body: string,
): string => `"""Run with \`esteira test\`, or by hand with \`python -m unittest\`."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "steps"))

${imports}  # noqa: E402


class Steps(unittest.TestCase):
${body}

if __name__ == "__main__":
    unittest.main()
`;

export const sklearnTest = unittestOf(
  "import train",
  `    def test_a_forest_has_as_many_trees_as_it_is_asked_for(self) -> None:
        self.assertEqual(train.forest(3).n_estimators, 3)
`,
);

export const lightgbmLoad = `"""First step: a database in, features out. Connect to your own database here."""

import csv
import random
import sqlite3
from pathlib import Path


def database() -> sqlite3.Connection:
    """In the place of yours: rentals, and whether the car came back late. A fresh one each time."""
    dice = random.Random(7)
    made = sqlite3.connect(":memory:")
    made.execute("CREATE TABLE rentals (days REAL, age REAL, distance REAL, late INTEGER)")
    for _ in range(600):
        days, age, distance = dice.uniform(1, 20), dice.uniform(0, 10), dice.uniform(10, 900)
        late = int(days / 20 + distance / 900 + dice.gauss(0, 0.2) > 1)
        made.execute("INSERT INTO rentals VALUES (?, ?, ?, ?)", (days, age, distance, late))
    return made


def main() -> None:
    rows = database().execute("SELECT days, age, distance, late FROM rentals").fetchall()
    Path("features").mkdir(exist_ok=True)
    with open("features/rentals.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["days", "age", "distance", "late"])
        writer.writerows(rows)
    print(f"{len(rows)} rentals written")


if __name__ == "__main__":
    main()
`;

export const lightgbmTrain = `"""Second step: features in, a model out."""

import os

import lightgbm
import numpy as np

PARAMS = {"objective": "binary", "num_leaves": 7, "verbose": -1, "num_threads": 1, "seed": 7}


def main() -> None:
    table = np.genfromtxt("features/rentals.csv", delimiter=",", skip_header=1)
    values, late = table[:, :-1], table[:, -1]
    unseen = np.arange(len(late)) % 5 == 0
    rounds = int(os.environ.get("ESTEIRA_PARAM_ROUNDS", "60"))
    data = lightgbm.Dataset(values[~unseen], late[~unseen])
    model = lightgbm.train(PARAMS, data, num_boost_round=rounds)
    right = float(((model.predict(values[unseen]) > 0.5) == late[unseen]).mean())
    print(f"right of those not seen: {right:.1%}")
    model.save_model("model.txt")


if __name__ == "__main__":
    main()
`;

export const lightgbmScore = `"""Third step: features and the model in, scores out."""

import lightgbm
import numpy as np


def main() -> None:
    table = np.genfromtxt("features/rentals.csv", delimiter=",", skip_header=1)
    scores = lightgbm.Booster(model_file="model.txt").predict(table[:, :-1])
    np.savetxt("scores.csv", scores, fmt="%.4f")
    print(f"{len(scores)} scores written")


if __name__ == "__main__":
    main()
`;

export const lightgbmTest = unittestOf(
  "import load",
  `    def test_the_database_has_rentals_that_are_late_and_some_that_are_not(self) -> None:
        found = load.database().execute("SELECT DISTINCT late FROM rentals").fetchall()
        self.assertEqual(sorted(found), [(0,), (1,)])
`,
);

const cells: readonly (readonly [kind: "code" | "markdown", source: string, tag?: string])[] = [
  ["markdown", "# Report\n\nWhat it shows, and for whom."],
  ["code", "rows = 200", "parameters"],
  [
    "code",
    `import random
from statistics import mean

# Made-up rentals: the price falls with the age of the car. Read your own data here.
dice = random.Random(7)
rentals = []
for _ in range(int(rows)):
    age = dice.uniform(0, 10)
    rentals.append((age, 90 - 5 * age + dice.gauss(0, 4)))
by_year = {year: mean(price for age, price in rentals if int(age) == year) for year in range(10)}`,
  ],
  [
    "code",
    `from pathlib import Path

# A notebook runs in its own folder, as in Jupyter.
out = Path("../out")
out.mkdir(exist_ok=True)
lines = "".join(f"<li>{year} years: {price:.2f}</li>" for year, price in by_year.items())
(out / "report.html").write_text(f"<h1>Prices</h1><ul>{lines}</ul>")
print(f"report of {len(rentals)} rentals")`,
  ],
];

export const notebook = `${JSON.stringify(
  {
    cells: cells.map(([kind, source, tag], index) => ({
      cell_type: kind,
      id: `cell-${index}`,
      metadata: tag === undefined ? {} : { tags: [tag] },
      source,
      ...(kind === "code" ? { execution_count: null, outputs: [] } : {}),
    })),
    metadata: { kernelspec: { display_name: "Python 3", language: "python", name: "python3" } },
    nbformat: 4,
    nbformat_minor: 5,
  },
  null,
  1,
)}\n`;
