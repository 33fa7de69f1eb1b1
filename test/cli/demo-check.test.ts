import { cp, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { expect, test } from "vitest";

import { esteira, temporaryFolder } from "./cli.ts";

const root = resolve(import.meta.dirname, "../..");
const project = "src/projects/fleet-digest";
const step = `${project}/steps/announce.py`;

/** What `tools/demo.sh` edits: its `sed` finds exactly this. */
const [, right = "", wrong = ""] =
  /^sed 's\/(.*)\/(.*)\/'/m.exec(await readFile(join(root, "tools/demo.sh"), "utf8")) ?? [];

test("the demo's edit breaks a run that its check stops, and the corrected step continues it", async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  await cp(join(root, "examples/rentcars", project), join(path, project), { recursive: true });
  const settings =
    "workspace: demo\nenvironments:\n  local: { platform: local, executor: process }\n";
  await writeFile(join(path, "esteira.yaml"), settings);
  const config = await readFile(join(path, project, "config.yaml"), "utf8");
  // What it follows isn't here.
  await writeFile(
    join(path, project, "config.yaml"),
    config.replace(/schedule:\n[\s\S]*?\n\nruntime:/, "runtime:"),
  );
  const written = await readFile(join(path, step), "utf8");
  expect(written.split(right)).toHaveLength(2);

  await writeFile(join(path, step), written.replace(right, wrong));
  const broken = await esteira(path, ["run", "fleet-digest", "--deploy"]);
  expect(broken.code).toBe(1);
  expect(broken.out).toContain(
    'announce left what its checks refuse: readers is 0, and ">= 3" is asked',
  );

  await writeFile(join(path, step), written);
  expect(await esteira(path, ["deploy", "fleet-digest"])).toMatchObject({ code: 0 });
  const corrected = await esteira(path, ["resume", "fleet-digest"]);
  expect([corrected.code, corrected.out]).toEqual([
    0,
    expect.stringMatching(/to frota@rentcars\.com: the fleet's report for 20.*Z is ready/),
  ]);
  const page = join(path, "page.html");
  expect(await esteira(path, ["report", "fleet-digest", "--output", page])).toMatchObject({
    code: 0,
  });
  expect(await readFile(page, "utf8")).toContain("<td>frota@rentcars.com</td>");
});
