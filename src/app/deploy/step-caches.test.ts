import { expect, test } from "vitest";

import { checkWorkspace } from "../../config/check.ts";
import type { Environment, Project, Step } from "../../config/model.ts";
import { environmentName } from "../../core/ids.ts";
import { err, ok } from "../../core/result.ts";
import { project, step } from "../../pipeline/fixtures/project.ts";
import type { Platform } from "../../platform/port.ts";
import { makeRelease } from "../../release/build.ts";
import { forecastCaches } from "./step-caches.ts";

const { workspace } = checkWorkspace(undefined, "acme");
const local = workspace.environments.get(environmentName("local")) as Environment;

function cachedProject(changes: Partial<Step> = {}): Project {
  const command = "python extract.py --date $ESTEIRA_SCHEDULED_DATE";
  return project({ steps: [step("extract", { command, cache: {}, ...changes })] });
}

/** What the helper leaves of a project's only step, as far as a forecast looks at it. */
function entryOf(made: Project): string {
  const { task, image } = makeRelease(made, workspace, local, "hash").release;
  const sheet = JSON.parse(task.environment["ESTEIRA_OUTPUTS"] ?? "") as {
    readonly cache: { readonly variables: readonly string[] };
    readonly steps: { readonly extract: { readonly cache: { readonly command: string } } };
  };
  const fields = {
    code: image.sourceHash,
    command: sheet.steps.extract.cache.command,
    environment: { machine: "x86_64", python: "3.12", ESTEIRA_SCHEDULED_DATE: "0123456789abcdef" },
    parameters: {},
    inputs: {},
  };
  const left = { attempt: "0-a", entries: [] };
  return JSON.stringify({ schema: 1, run: "r-1", madeAt: 5, place: "r-1/x", fields, left });
}

async function forecast(text: string | undefined, made: Project) {
  const refused = err({ reason: "refused", message: "forbidden", help: "" });
  const artifacts = {
    find: () => Promise.resolve(text === undefined ? refused : ok({ size: text.length })),
    read: () => Promise.resolve(text === undefined ? refused : ok([Buffer.from(text)])),
  };
  const release = makeRelease(made, workspace, local, "hash");
  // Variables that every step has are looked at in other tests.
  const task = { ...release.release.task, environment: {} };
  return forecastCaches(
    { artifacts } as unknown as Platform,
    made,
    { ...release, release: { ...release.release, task } },
    10,
  );
}

test("an entry of the helper is equal as long as the step is; of which day it is isn't known", async () => {
  const text = entryOf(cachedProject());
  expect(await forecast(text, cachedProject())).toEqual([
    { step: "extract", outcome: "taken", run: "r-1", madeAt: 5 },
  ]);
  expect(await forecast(text, cachedProject({ outputs: ["out/"] }))).toEqual([
    { step: "extract", outcome: "missed", run: "r-1", reason: "command" },
  ]);
});

test("who may not read the cache is given no forecast", async () => {
  expect(await forecast(undefined, cachedProject())).toEqual([]);
  expect(await forecast("", cachedProject())).toEqual([
    { step: "extract", outcome: "missed", reason: "first" },
  ]);
});
