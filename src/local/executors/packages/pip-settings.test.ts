import { expect, test } from "vitest";

import { chosenSettings, pipEnvironment } from "./pip-settings.ts";

test("[install] goes before [global], a later file before an earlier one, a variable before both", () => {
  const lines = [
    { section: "global", key: "index-url", value: "https://machine/simple" },
    { section: "install", key: "index-url", value: "https://machine/install" },
    { section: "global", key: "index_url", value: "https://user/simple" },
    { section: "global", key: "timeout", value: "5" },
    { section: "global", key: "default-timeout", value: "60" },
    { section: "global", key: "retries", value: "2" },
    { section: "download", key: "retries", value: "9" },
  ];
  expect(chosenSettings(lines, { PIP_RETRIES: "7", PIP_CERT: "" })).toEqual({
    "index-url": "https://machine/install",
    timeout: "60",
    retries: "7",
  });
});

test("what would install somewhere else is left", () => {
  const names = ["user", "target", "prefix", "root", "dry-run", "require-virtualenv", "python"];
  const lines = names.map((key) => ({ section: "install", key, value: "/elsewhere" }));
  const variables = { PIP_USER: "1", PIP_TARGET: "/elsewhere", PIP_PREFIX: "/elsewhere" };
  expect(chosenSettings(lines, variables)).toEqual({});
});

test("pip gets the chosen settings as variables, and none of its files", () => {
  const settings = { "index-url": "https://index/simple", "no-cache-dir": "true" };
  const environment = {
    PATH: "/bin",
    PIP_TARGET: "/elsewhere",
    PYTHONPATH: "/elsewhere",
    HOME: undefined,
  };
  expect(pipEnvironment(settings, environment)).toEqual({
    PATH: "/bin",
    PIP_INDEX_URL: "https://index/simple",
    PIP_NO_CACHE_DIR: "true",
    PIP_CONFIG_FILE: "/dev/null",
  });
});
