import { expect, test } from "vitest";
import { checkWorkspace } from "../config/check.ts";
import type { Environment, Project } from "../config/model.ts";
import { normalizeProject } from "../config/normalize.ts";
import { filesFromRecord } from "../config/project-files.ts";
import { configSchema } from "../config/schema/schema.ts";
import type { RawStep } from "../config/schema/schema-steps.ts";
import { keysAt } from "../config/schema/schema-walk.ts";
import { environmentName } from "../core/ids.ts";
import { makeRelease } from "./build.ts";

const { workspace } = checkWorkspace(undefined, "acme");
const local = workspace.environments.get(environmentName("local")) as Environment;

const plain: RawStep = { id: "first", command: "true" };
const projectWith = (step: RawStep): Project =>
  normalizeProject(
    {
      project_name: "recsys",
      version: "1",
      batch: { pipeline: { steps: [{ id: "zero", command: "true" }, step] } },
    },
    local,
    "src/projects/recsys",
    filesFromRecord({}),
  );
const releaseWith = (fields: object) =>
  makeRelease(projectWith({ ...plain, ...fields }), workspace, local, "hash");

/** What is written in fields that have their own form. Any other field takes any value. */
const samples: Readonly<Record<string, unknown>> = {
  depends_on: [],
  resources: { cpu: 2 },
  timeout_seconds: 60,
  retries: 5,
  retry: { interval_seconds: 5 },
  env_vars: { A: "1" },
  for_each: { items: [1] },
};
const fields = keysAt(configSchema, ["batch", "pipeline", "steps", 0]);

test("the schema has the fields that the next test is about", () => {
  expect(fields).toEqual(expect.arrayContaining(["id", "command", ...Object.keys(samples)]));
});

test.each(fields)("a step's %s arrives in the release", (field) => {
  const written = releaseWith({ [field]: samples[field] ?? "any" });
  expect(written.fingerprint).not.toBe(releaseWith({}).fingerprint);
});

test("a field that the schema gets tomorrow arrives, and changes nothing where it isn't used", () => {
  const written = releaseWith({ max_idle_minutes: 5 });
  expect(written.release.steps[1]).toMatchObject({ id: "first", maxIdleMinutes: 5 });
  expect(written.fingerprint).not.toBe(releaseWith({}).fingerprint);
  expect(releaseWith({ max_idle_minutes: undefined }).fingerprint).toBe(
    releaseWith({}).fingerprint,
  );
});
