import { expect, test } from "vitest";

import { linesOf } from "./fixtures/checked.ts";
import { readDockerfile } from "./dockerfile.ts";

const withHeredocs = `# syntax=docker/dockerfile:1
FROM --platform=linux/amd64 python:3.11-slim AS base
WORKDIR /app
COPY requirements.txt ./steps/ /app/
COPY --from=base --chown=1:1 /x /y
COPY ["a b.txt", "data.csv", "/app/"]
COPY <<EOF /etc/app.conf
COPY inside /nowhere
EOF
ADD https://example.com/x.tar.gz *.py \\
  more.txt /app/
RUN <<EOF
python - <<PY
from huggingface_hub import snapshot_download
snapshot_download("bert")
PY
EOF
RUN psql <<SQL
COPY cars FROM 'cars.csv';
FROM python:2.7
SQL
RUN pip install pandas==2.2.2 \\
    "scikit-learn>=1"
`;

test("a here-document's lines are no instructions", () => {
  const { bases, copied, commands } = readDockerfile(withHeredocs);
  expect(bases).toEqual(["python:3.11-slim"]);
  expect(copied).toEqual(["requirements.txt", "steps", "a b.txt", "data.csv", "more.txt"]);
  expect(commands.filter((command) => command.startsWith("pip"))).toHaveLength(1);
});

test("the version check takes a here-document's FROM for no image", () => {
  const files = { Dockerfile: withHeredocs, "main.py": "" };
  expect(linesOf('runtime: {python_version: "3.11"}', { files })).toEqual([]);
});
