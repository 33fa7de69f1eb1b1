import { expect, test } from "vitest";
import { AWS_WORKSPACE, projectOf } from "../config/fixtures/checked.ts";
import type { Environment } from "../config/model.ts";
import { environmentName } from "../core/ids.ts";
import { project } from "../pipeline/fixtures/project.ts";
import { authoredHash, isSameAuthored } from "./authored.ts";
import { makeRelease } from "./build.ts";

const local: Environment = {
  platform: "local",
  name: environmentName("local"),
  schedules: "as_configured",
  mlflow: undefined,
  mail: undefined,
  executor: "auto",
  installer: "auto",
  unsafeHardLinks: false,
  maxParallel: undefined,
  scheduling: { maxRuns: 10, missed: "skip", missedWithinHours: 24 },
  dockerNetwork: undefined,
};
const make = (changes = {}, hash = "hash", generation = 1, environment: Environment = local) =>
  makeRelease(project(changes), { name: "acme" }, environment, hash, generation);
const stored = ({ release, fingerprint }: ReturnType<typeof make>) => ({ release, fingerprint });

test("what an author wrote is one, whatever Esteira makes of it", () => {
  const [before, upgraded] = [make(), make({}, "hash", 2)];
  expect(upgraded.fingerprint).not.toBe(before.fingerprint);
  expect(upgraded.authored).toBe(before.authored);
  expect(isSameAuthored(before, upgraded)).toBe(true);
});

test.each([
  ["config", make({ description: "other" }, "hash", 2)],
  ["sources", make({}, "other", 2)],
  ["environment's settings", make({}, "hash", 2, { ...local, schedules: "disabled" })],
])("a changed %s is another one's work", (_, changed) => {
  expect(isSameAuthored(make(), changed)).toBe(false);
});

test("settings that reach no release don't count", () => {
  const hash = (environment: Environment) =>
    authoredHash(project(), { name: "acme" }, environment, "hash");
  expect(hash({ ...local, maxParallel: 3 })).toBe(hash(local));
});

test("of a release that was stored without the hash its document gives", () => {
  const before = stored(make());
  expect(isSameAuthored(before, make())).toBe(true);
  expect(isSameAuthored(before, make({}, "hash", 2))).toBe(true);
  expect(isSameAuthored(before, make({ version: "2" }, "hash", 2))).toBe(false);
  expect(isSameAuthored(before, make({ version: "2" }))).toBe(false);
  expect(isSameAuthored({ fingerprint: before.fingerprint }, make({}, "hash", 2))).toBe(false);
});

test("a config is what is written for an environment, without defaults and other overlays", () => {
  const hash = (config: string, environment = "dev") =>
    projectOf(`${config}\ninfra: {compute: {ec2_type: t3.large}}\n`, environment, AWS_WORKSPACE)
      .authored;
  const plain = hash("description: one");
  expect(plain).toMatch(/^[0-9a-f]{64}$/);
  expect(hash("description: one # the same")).toBe(plain);
  expect(hash("description: one\nenvironments: {prd: {description: two}}")).toBe(plain);
  expect(hash("description: one\nenvironments: {dev: {description: two}}")).not.toBe(plain);
  expect(hash("description: one\nschedule: {retries: 1}")).not.toBe(plain);
});
