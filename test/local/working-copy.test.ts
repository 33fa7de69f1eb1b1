import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { workingCopyRelease } from "../../src/release/working-copy.ts";
import { input, makeRelease, makeWorkspace, openPlatform, runOf, sequence } from "./fixture.ts";

test("a run of the working copy that doesn't begin leaves no copy of artifacts", async () => {
  using workspace = makeWorkspace();
  const platform = await openPlatform(workspace.root);
  const spec = { steps: { a: "echo a" }, definition: sequence("a") };
  const { run: origin } = await runOf(platform, workspace.root, spec);
  const release = workingCopyRelease(await makeRelease(workspace.root, spec));
  const started = await platform.workingCopy.start(release, input({ origin, only: ["nothing"] }), {
    mode: "follow",
    listener: () => undefined,
    signal: new AbortController().signal,
  });
  expect(started).toMatchObject({ ok: false, error: { reason: "invalid" } });
  expect(await readdir(join(workspace.root, ".esteira/artifacts/probe"))).toEqual([origin]);
  await platform.close();
});
