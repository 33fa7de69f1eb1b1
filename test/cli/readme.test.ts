import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { blockOf } from "../packages/first-minutes.ts";
import { esteira, temporaryFolder } from "./cli.ts";
import { write } from "./workspace.ts";

test.each([
  ["README.md", "demand"],
  ["README.pt-BR.md", "demanda"],
])("the first project of %s, typed word for word; then its typo", async (page, project) => {
  await using folder = await temporaryFolder();
  const [begin = "", ...lines] = await blockOf(page, "mkdir ");
  const name = /^mkdir (\w+) && cd \1$/.exec(begin)?.[1] ?? "";
  await write(folder.path, `${name}/.keep`, "");
  const cwd = join(folder.path, name);
  const typed = lines.map((line) =>
    line
      .replace(/ *#.*$/, "")
      .split(" ")
      .slice(1),
  );
  expect(typed.map(([command]) => command)).toEqual([
    "init",
    "new",
    "validate",
    "deploy",
    "run",
    "status",
  ]);
  for (const inputs of typed) {
    expect(await esteira(cwd, inputs)).toMatchObject({ code: 0, err: "" });
  }

  const config = `src/projects/${project}/config.yaml`;
  const yaml = await readFile(join(cwd, config), "utf8");
  await write(cwd, config, yaml.replace("memory_gb", "memroy_gb"));
  const { code, out, err } = await esteira(cwd, ["validate"]);
  const reported = `${out}\n${err}`;
  expect(code).toBe(3);
  expect(reported).toContain((await blockOf(page, `${config}:`)).join("\n"));
});
