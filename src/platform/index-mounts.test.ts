import { expect, test } from "vitest";

import { withIndexMounts } from "./index-mounts.ts";
import { indexSecrets } from "./index-secrets.ts";
import { openIndex } from "./package-index.ts";

const mounts =
  "--mount=type=secret,id=esteira-pip,target=/etc/pip.conf,mode=0444 --mount=type=secret,id=esteira-uv,target=/etc/uv/uv.toml,mode=0444";

test.each([
  ["pip install six", true],
  ["python -m pip install \\\n  six", true],
  ["apt-get update && /opt/uv/bin/uv pip install six", true],
  ['["pip3.11", "install", "six"]', true],
  ["<<EOF\nset -e\npip install six\nEOF", true],
  ["micromamba install --yes --file environment.yml", true],
  ["/opt/conda/bin/conda env create -f environment.yml", true],
  ["apt-get install --yes python3-pip", false],
  ["curl -O https://example.com/miniconda.sh", false],
  ["sh install.sh", false],
  ["pipeline run", false],
])("RUN %s", (command, mounted) => {
  const text = `FROM python:3.11-slim\n  run ${command}\nCMD ["pip", "list"]\n`;
  expect(withIndexMounts(text)).toBe(mounted ? text.replace("run", `run ${mounts}`) : text);
});

test("a comment asks for it, and an author's own mount stays", () => {
  const text = `FROM python:3.11-slim
# esteira: index
# Installs what we need.

RUN sh install.sh
RUN sh other.sh
RUN --mount=type=secret,id=esteira-pip,target=/root/pip.conf PIP_CONFIG_FILE=/root/pip.conf pip install six
`;
  expect(withIndexMounts(text).split("\n").slice(4, 7)).toEqual([
    `RUN ${mounts} sh install.sh`,
    "RUN sh other.sh",
    "RUN --mount=type=secret,id=esteira-uv,target=/etc/uv/uv.toml,mode=0444 --mount=type=secret,id=esteira-pip,target=/root/pip.conf PIP_CONFIG_FILE=/root/pip.conf pip install six",
  ]);
});

test.each([
  [
    "https://pypi.example.com/simple/",
    "ana:p/w:x",
    "https://ana:p%2Fw%3Ax@pypi.example.com/simple/",
  ],
  ["https://ana@pypi.example.com/simple/", "p:w", "https://ana:p%3Aw@pypi.example.com/simple/"],
  [
    "https://pypi.example.com/simple/",
    "pat-123456",
    "https://__token__:pat-123456@pypi.example.com/simple/",
  ],
])("the address of %s with its secret", (url, secret, address) => {
  const index = openIndex({ url, secret: "PYPI" }, secret);
  expect(index.address).toBe(address);
  const { args, environment } = indexSecrets(index);
  expect(args.join()).not.toContain(secret);
  expect(environment).toEqual({
    ESTEIRA_BUILD_PIP: `[global]\nindex-url = ${address}\n`,
    ESTEIRA_BUILD_UV: `[[index]]\nurl = "${address}"\ndefault = true\n`,
  });
});
