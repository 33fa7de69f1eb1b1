import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { isEmptyPlan } from "../../src/platform/plan.ts";
import type { FingerprintedRelease } from "../../src/release/release.ts";
import {
  deploy,
  input,
  type LocalPlatform,
  makeRelease,
  makeWorkspace,
  openPlatform,
  sequence,
  value,
  type Workspace,
} from "./fixture.ts";

let workspace: Workspace;
let platform: LocalPlatform;

beforeEach(async () => {
  workspace = makeWorkspace();
  platform = await openPlatform(workspace.root);
});
afterEach(async () => {
  await platform.close();
  workspace[Symbol.dispose]();
});

const releaseOf = (code: string, changes = {}): Promise<FingerprintedRelease> =>
  makeRelease(workspace.root, { steps: { a: code }, definition: sequence("a"), changes });

const snapshots = (): string[] => readdirSync(join(workspace.root, ".esteira/snapshots"));

async function snapshotOf(release: FingerprintedRelease): Promise<string> {
  const deployed = value(await platform.deployed(release.release.project));
  return join(workspace.root, ".esteira/snapshots", deployed?.decided["snapshot"] ?? "none");
}

test("a snapshot is a read-only copy, named by its content and used again", async () => {
  const context = join(workspace.root, "src/projects/probe");
  const first = await releaseOf("echo one");
  chmodSync(join(context, "steps/a.sh"), 0o755);
  symlinkSync("steps/a.sh", join(context, "link"));
  writeFileSync(join(context, ".dockerignore"), "data\n");
  writeFileSync(join(context, "data"), "large");
  const release = await releaseOf("echo one");
  expect(release.fingerprint).not.toBe(first.fingerprint);
  await deploy(platform, release);
  const snapshot = await snapshotOf(release);
  expect(statSync(join(snapshot, "steps/a.sh")).mode & 0o777).toBe(0o555);
  expect(statSync(join(snapshot, "Dockerfile")).mode & 0o777).toBe(0o444);
  expect(existsSync(join(snapshot, "data"))).toBe(false);
  expect(existsSync(join(snapshot, "link"))).toBe(true);

  await deploy(platform, await releaseOf("echo one", { version: "2.0.0" }));
  expect(snapshots()).toHaveLength(1);
  await deploy(platform, await releaseOf("echo two"));
  expect(snapshots()).toHaveLength(2);
});

test("a run continues with what it was started from, whatever is deployed meanwhile", async () => {
  const marks = workspace.root;
  const task = (await releaseOf("true")).release.task;
  const changes = { task: { ...task, environment: { MARKS: marks } } };
  const release = await makeRelease(workspace.root, {
    steps: {
      a: `while [ ! -e "$MARKS/go" ]; do sleep 0.05; done`,
      b: "echo old",
    },
    definition: sequence("a", "b"),
    changes,
  });
  await deploy(platform, release);
  const run = value(await platform.start(release.release.project, input(), { mode: "follow" }));
  const after = await makeRelease(workspace.root, {
    steps: { a: "true", b: "echo new" },
    definition: sequence("a", "b"),
    changes,
  });
  await deploy(platform, after);
  writeFileSync(join(marks, "go"), "");
  await platform.driver.settled(run);
  const { items } = value(await platform.logs(run, { step: "b" }, { limit: 10 }));
  expect(items.map(({ text }) => text)).toEqual(["old"]);
});

test("a snapshot that was changed is drift, and is made anew", async () => {
  const release = await releaseOf("echo one");
  await deploy(platform, release);
  const file = join(await snapshotOf(release), "steps/a.sh");
  chmodSync(file, 0o644);
  writeFileSync(file, "echo other");
  const known = [release.release.project];
  expect(isEmptyPlan(value(await platform.plan([release], { known })))).toBe(true);
  const plan = value(await platform.plan([release], { known, refresh: true }));
  expect(plan.projects[0]?.changes.filter(({ action }) => action !== "unchanged")).toEqual([
    {
      kind: "snapshot",
      name: release.release.image.sourceHash.slice(0, 12),
      action: "replace",
      fields: [],
      drift: true,
      note: "the copy of the sources in .esteira/snapshots is missing or was changed",
    },
  ]);
  const options = { actor: "ana", listener: () => undefined };
  const applied = value(await platform.apply(plan, [release], options));
  expect(applied.projects).toEqual([{ project: "probe", outcome: "changed" }]);
  const again = value(await platform.plan([release], { known, refresh: true }));
  expect(isEmptyPlan(again)).toBe(true);
  expect(snapshots()).toHaveLength(1);
});

test("a virtual environment that is gone is drift, and a deploy makes it again", async () => {
  const release = await releaseOf("true");
  const { project } = release.release;
  await deploy(platform, release);
  const environments = join(workspace.root, ".esteira/venvs");
  execFileSync("chmod", ["-R", "u+w", environments]);
  rmSync(environments, { recursive: true });
  const plan = value(await platform.plan([release], { known: [project] }));
  expect(plan.projects[0]?.changes.filter(({ drift }) => drift)).toEqual([
    {
      kind: "environment",
      name: "process",
      action: "replace",
      fields: [],
      drift: true,
      note: "the virtual environment or image that was deployed is gone from its place",
    },
  ]);
  await deploy(platform, release);
  const run = value(await platform.start(project, input(), { mode: "follow" }));
  expect(value(await platform.driver.settled(run)).status).toBe("SUCCEEDED");
});

test("sources that changed after the release was made are not deployed under its name", async () => {
  const release = await releaseOf("echo one");
  writeFileSync(join(workspace.root, "src/projects/probe/steps/a.sh"), "echo two");
  const known = [release.release.project];
  const plan = value(await platform.plan([release], { known }));
  const options = { actor: "ana", listener: () => undefined };
  expect(value(await platform.apply(plan, [release], options)).projects).toEqual([
    {
      project: "probe",
      outcome: "failed",
      error: {
        reason: "conflict",
        message: "the files of probe were changed while they were being deployed",
        help: "Deploy again when nothing writes to the project's folder.",
        resource: "probe",
      },
    },
  ]);
  expect(value(await platform.deployed(release.release.project))).toBeUndefined();
});

test("a deploy that is interrupted leaves what was deployed before", async () => {
  const before = await releaseOf("echo one");
  await deploy(platform, before);
  const after = await releaseOf("echo two");
  const plan = value(await platform.plan([after], { known: [after.release.project] }));
  const off = new AbortController();
  const listener = ({ kind }: { kind: string }): void => {
    if (kind === "step-finished") off.abort();
  };
  const options = { actor: "ana", listener, signal: off.signal };
  const applied = value(await platform.apply(plan, [after], options));
  expect(applied.projects).toMatchObject([
    { project: "probe", outcome: "failed", error: { reason: "interrupted" } },
  ]);
  const deployed = value(await platform.deployed(before.release.project));
  expect(deployed?.fingerprint).toBe(before.fingerprint);
});

test("a plan warns of what will not go well", async () => {
  const { release } = await releaseOf("true");
  const task = { ...release.task, secrets: { TOKEN: { source: "ssm", name: "token" } as const } };
  const steps = release.steps.map((step) => ({
    ...step,
    resources: { cpu: 4096, memoryGb: 1, gpu: 0 },
  }));
  const plan = value(
    await platform.plan([await releaseOf("true", { task, steps })], { known: [release.project] }),
  );
  expect(plan.projects[0]?.warnings).toEqual([
    expect.stringMatching(
      /^the step a asks for 4096 CPU of \d+: it will run alone on this machine$/,
    ) as string,
    "the secret TOKEN has no value on this machine: set it in the environment or in .esteira/secrets/probe.env",
  ]);
});

test("a project with runs that still go is not destroyed", async () => {
  const release = await releaseOf("exec sleep 3600");
  const { project } = release.release;
  await deploy(platform, release);
  const run = value(await platform.start(project, input(), { mode: "follow" }));
  const plan = value(await platform.planDestroy([project]));
  const options = { actor: "ana", listener: () => undefined };
  expect(value(await platform.apply(plan, [], options)).projects).toEqual([
    {
      project: "probe",
      outcome: "failed",
      error: {
        reason: "conflict",
        message: `run ${run} is still going, so probe was not removed`,
        help: `Wait for the end, or stop it: esteira stop ${run}`,
        resource: "probe",
      },
    },
  ]);
  value(await platform.stop(run, "ana"));
  expect(value(await platform.apply(plan, [], options)).projects).toMatchObject([
    { outcome: "changed" },
  ]);
});

test("a plan says about the environment only what it is made from", async () => {
  const context = join(workspace.root, "src/projects/probe");
  const withRequirements = async (code: string): Promise<FingerprintedRelease> => {
    const { release } = await releaseOf(code);
    return releaseOf(code, { image: { ...release.image, requirementsFile: "requirements.txt" } });
  };
  const environmentOf = async (release: FingerprintedRelease) => {
    const plan = value(await platform.plan([release], { known: [release.release.project] }));
    return plan.projects[0]?.changes.find(({ kind }) => kind === "environment");
  };
  await releaseOf("echo one");
  writeFileSync(join(context, "requirements.txt"), "# nothing yet\n");
  await deploy(platform, await withRequirements("echo one"));

  writeFileSync(join(context, "requirements.txt"), "# still nothing\n");
  expect(await environmentOf(await withRequirements("echo two"))).toMatchObject({
    action: "unchanged",
    fields: [],
  });
  writeFileSync(join(context, "requirements.txt"), "some-package==1\n");
  expect(await environmentOf(await withRequirements("echo two"))).toMatchObject({
    action: "update",
    fields: [
      {
        path: "requirements",
        before: undefined,
        after: expect.stringMatching(/^\w{64}$/) as string,
      },
    ],
  });
});

test("snapshots and environments that nothing needs go with a later deploy, a day after their last use", async () => {
  const environments = join(workspace.root, ".esteira/venvs");
  const unused = join(environments, "unused");
  const twoDaysAgo = new Date(Date.now() - 48 * 3600_000);
  const age = (): void => {
    for (const folder of [join(workspace.root, ".esteira/snapshots"), environments]) {
      for (const name of readdirSync(folder))
        utimesSync(join(folder, name), twoDaysAgo, twoDaysAgo);
    }
  };
  await deploy(platform, await releaseOf("exit 3"));
  const { project } = (await releaseOf("exit 3")).release;
  const failed = value(await platform.start(project, input(), { mode: "follow" }));
  expect(value(await platform.driver.settled(failed)).status).toBe("FAILED");
  const [resumable = ""] = snapshots();
  mkdirSync(join(unused, "bin"), { recursive: true });
  chmodSync(unused, 0o555);

  for (let version = 1; version <= 7; version += 1) {
    await deploy(platform, await releaseOf(`echo ${version}`));
  }
  expect(snapshots()).toHaveLength(8); // all were used within a day
  age();
  await deploy(platform, await releaseOf("echo 8"));
  // The last five deploys, and what the failed run was started from.
  expect(snapshots()).toHaveLength(6);
  expect(snapshots()).toContain(resumable);
  expect(existsSync(unused)).toBe(false);
  const run = value(await platform.start(project, input(), { mode: "follow" }));
  expect(value(await platform.driver.settled(run)).status).toBe("SUCCEEDED");

  age();
  const options = { actor: "ana", listener: () => undefined };
  value(await platform.apply(value(await platform.planDestroy([project])), [], options));
  expect(snapshots()).toEqual([resumable]);
});
