import { expect, test } from "vitest";

import { pipWords } from "./pip-words.ts";

test("of every version that a package ever had the newest are enough", () => {
  expect(
    pipWords([
      "ERROR: Ignored the following versions that require a different python version: 1.21.2 Requires-Python >=3.7,<3.11; 1.21.3 Requires-Python >=3.7,<3.11; 2.5.0rc1 Requires-Python >=3.12; 2.5.0 Requires-Python >=3.12",
      "ERROR: Could not find a version that satisfies the requirement numpy==99.0 (from versions: 1.3.0, 1.4.1, 2.4.4, 2.4.5, 2.4.6)",
      "ERROR: No matching distribution found for numpy==99.0",
    ]),
  ).toEqual([
    "ERROR: Ignored the following versions that require a different python version: …; 1.21.3 Requires-Python >=3.7,<3.11; 2.5.0rc1 Requires-Python >=3.12; 2.5.0 Requires-Python >=3.12",
    "ERROR: Could not find a version that satisfies the requirement numpy==99.0 (from versions: …, 2.4.4, 2.4.5, 2.4.6)",
    "ERROR: No matching distribution found for numpy==99.0",
  ]);
});

test("short lists, and everything else, stay as they are", () => {
  const lines = [
    "ERROR: Could not find a version that satisfies the requirement x==9 (from versions: none)",
    "ERROR: Could not find a version that satisfies the requirement x==9 (from versions: 1, 2, 3)",
    "ERROR: Invalid requirement: 'a=>1; b; c; d; e' (from line 1 of /x/requirements.txt)",
    "",
  ];
  expect(pipWords(lines)).toEqual(lines);
});
