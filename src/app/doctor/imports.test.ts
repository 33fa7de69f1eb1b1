import { expect, test } from "vitest";

import { missingImports, requirementNames } from "./imports.ts";

test("names what is imported and not asked for, once, with its place", () => {
  const files = new Map([
    [
      "main.py",
      `from __future__ import annotations
import os, json as j, pandas as pd
import sklearn.ensemble
from steps.load import load
from google.cloud import bigquery
import yaml  # read below
from .helpers import x
try:
    import polars
except ImportError:
    polars = None
`,
    ],
    ["steps/load.py", "import pandas\nimport cv2\nimport boto3;import xgboost\n"],
  ]);
  const requirements = `# what it needs
scikit-learn==1.5.0
google-cloud-bigquery[pandas] >= 3 ; python_version > "3.8"
opencv-python-headless
PyYAML
-r more.txt
`;
  expect(missingImports(files, new Set(["steps"]), requirements)).toEqual([
    { module: "pandas", file: "main.py", line: 2 },
    { module: "boto3", file: "steps/load.py", line: 3 },
  ]);
});

test("reads the names of requirements however they are written", () => {
  const text = `Django>=4
ruamel.yaml~=0.18
zope_interface @ https://example.com/x.whl
--index-url https://example.com/simple
-e git+https://example.com/repo.git#egg=my-lib
torch==2.3.0 \\
    --hash=sha256:abc
`;
  expect(requirementNames(text)).toEqual([
    "django",
    "ruamel-yaml",
    "zope-interface",
    "my-lib",
    "torch",
  ]);
});
