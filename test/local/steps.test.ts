import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { textOf } from "../../src/core/history.ts";
import type { LocalParts } from "../../src/local/platform.ts";
import {
  deploy,
  detailsOf,
  input,
  type LocalPlatform,
  logsOf,
  makeRelease,
  makeWorkspace,
  openPlatform,
  runOf,
  sequence,
  taskOf,
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

async function reopen(parts: Partial<LocalParts>): Promise<void> {
  await platform.close();
  platform = await openPlatform(workspace.root, parts);
}

const secret = { TOKEN: { source: "ssm", name: "token" } } as const;

test("a secret without a value fails the attempt as on AWS: it never starts", async () => {
  const { run, summary } = await runOf(platform, workspace.root, {
    steps: { a: "echo never" },
    definition: sequence("a"),
    changes: taskOf({ secrets: secret }),
  });
  expect(summary.status).toBe("FAILED");
  expect(await logsOf(platform, run)).toEqual([]);
  const failed = await detailsOf(platform, run, "TaskFailed");
  expect(JSON.parse(textOf(failed ?? {}, "cause") ?? "")).toMatchObject({
    StopCode: "TaskFailedToStart",
    StoppedReason:
      "ResourceInitializationError: the secret TOKEN has no value on this machine: set it in the environment or in .esteira/secrets/probe.env",
  });
});

test("a snapshot that is gone fails the attempt and says what to do", async () => {
  const spec = { steps: { a: "true" }, definition: sequence("a") };
  const { run: first } = await runOf(platform, workspace.root, spec);
  const { project } = value(await platform.releaseOf(first));
  const snapshots = join(workspace.root, ".esteira/snapshots");
  execFileSync("chmod", ["-R", "u+w", snapshots]);
  const [hash = ""] = readdirSync(snapshots);
  rmSync(snapshots, { recursive: true });
  const run = value(await platform.start(project, input(), { mode: "follow" }));
  expect(value(await platform.driver.settled(run)).status).toBe("FAILED");
  const failed = await detailsOf(platform, run, "TaskFailed");
  expect(JSON.parse(textOf(failed ?? {}, "cause") ?? "")).toMatchObject({
    StoppedReason: `CannotPullContainerError: the deployed sources (.esteira/snapshots/${hash}) are gone; deploy again`,
  });
});

test("secrets come from the process's environment, else from the project's file", async () => {
  const spec = {
    steps: { a: `test "$TOKEN" = "$EXPECTED"` },
    definition: sequence("a"),
    changes: taskOf({ secrets: secret, environment: { EXPECTED: "from the file" } }),
  };
  mkdirSync(join(workspace.root, ".esteira/secrets"));
  writeFileSync(join(workspace.root, ".esteira/secrets/probe.env"), 'TOKEN="from the file"\n');
  expect((await runOf(platform, workspace.root, spec)).summary.status).toBe("SUCCEEDED");
  await reopen({ processEnvironment: { ...process.env, TOKEN: "from the process" } });
  const { run, summary } = await runOf(platform, workspace.root, {
    ...spec,
    changes: taskOf({ secrets: secret, environment: { EXPECTED: "from the process" } }),
  });
  expect(summary.status).toBe("SUCCEEDED");
  const history = JSON.stringify(value(await platform.events(run, { limit: 1000 })).items);
  expect(history).not.toContain("from the process");
});

test("a step that repeats its secret shows it nowhere: log, diagnosis, database, notification", async () => {
  mkdirSync(join(workspace.root, ".esteira/secrets"), { recursive: true });
  writeFileSync(join(workspace.root, ".esteira/secrets/probe.env"), "TOKEN=in-the-file\n");
  const token = "s3cr3t/of the process";
  await reopen({ processEnvironment: { ...process.env, TOKEN: token } });
  const encoded = Buffer.from(token).toString("base64");
  const { run, summary } = await runOf(platform, workspace.root, {
    steps: { a: `echo "in-the-file ${encoded}"; echo "no: $TOKEN" >&2; exit 3` },
    definition: sequence("a"),
    changes: {
      ...taskOf({ secrets: secret }),
      notifications: { onSuccess: [], onFailure: [{ kind: "email", address: "ana@example.com" }] },
    },
  });
  expect(summary.status).toBe("FAILED");
  const lines = value(await platform.logs(run, {}, { limit: 100 })).items;
  expect(lines.map(({ text }) => text).toSorted()).toEqual(["*** ***", "no: ***"]);
  const attempt = { step: "a", attempt: 1, item: undefined };
  expect(value(await platform.logTail(run, attempt, 9)).toSorted()).toEqual(["*** ***", "no: ***"]);
  const notification = value(await platform.outbox.notification(run));
  expect(notification?.body).toContain("no: ***");
  const database = readFileSync(join(workspace.root, ".esteira/esteira.db")).toString("latin1");
  const journal = readFileSync(join(workspace.root, ".esteira/esteira.db-wal")).toString("latin1");
  for (const text of [JSON.stringify(notification), database, journal]) {
    expect(text).not.toContain(token);
  }
  // Only their owner reads what lies there.
  const home = join(workspace.root, ".esteira");
  const log = readdirSync(home, { recursive: true, encoding: "utf8" }).find((path) =>
    path.endsWith("output.log"),
  );
  const modes = ["", "esteira.db", log ?? "no log"].map(
    (path) => statSync(join(home, path)).mode & 0o777,
  );
  expect(modes).toEqual([0o700, 0o600, 0o600]);
});

test("a step larger than the machine runs alone, and its log says so", async () => {
  const { run, summary } = await runOf(platform, workspace.root, {
    steps: { a: "echo here" },
    definition: sequence("a"),
    resources: { cpu: 4096, memoryGb: 0.1, gpu: 0 },
  });
  expect(summary.status).toBe("SUCCEEDED");
  expect((await logsOf(platform, run)).map(({ stream, text }) => `${stream}: ${text}`)).toEqual([
    expect.stringMatching(
      /^system: the step asks for 4096 CPU of \d+: it runs alone on this machine$/,
    ) as string,
    "stdout: here",
  ]);
});

test("fifty runs side by side all come to their end", async () => {
  const release = await makeRelease(workspace.root, {
    steps: { a: `echo "$ESTEIRA_RUN_ID"`, b: "true" },
    definition: sequence("a", "b"),
  });
  await deploy(platform, release);
  const { project } = release.release;
  const ends = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const run = value(await platform.start(project, input(), { mode: "follow" }));
      const { status } = value(await platform.driver.settled(run));
      return { run, status, said: (await logsOf(platform, run)).map(({ text }) => text) };
    }),
  );
  expect(ends).toEqual(ends.map(({ run }) => ({ run, status: "SUCCEEDED", said: [run] })));
  const listed = value(await platform.runs({}, { limit: 50 }));
  expect(new Set(listed.items.map(({ run }) => run)).size).toBe(50);
  expect(listed.next).toBeUndefined();
});

test("a project's tests run on a copy of it, and their exit code is reported", async () => {
  const release = await makeRelease(workspace.root, {
    steps: { a: "true" },
    definition: sequence("a"),
    changes: {
      testCommand: `echo "in $ENV"; echo oops >&2; touch left-behind; exit 7`,
      ...taskOf({ environment: { ENV: "local" } }),
    },
  });
  const reported: string[] = [];
  const listener = ({ stream, text }: { stream: string; text: string }): void => {
    if (stream !== "system") reported.push(`${stream}: ${text}`);
  };
  expect(value(await platform.tests.run(release, { listener }))).toEqual({ exitCode: 7 });
  expect(reported.toSorted()).toEqual(["stderr: oops", "stdout: in local"]);
  const { context } = release.release.image;
  expect(() => readFileSync(join(workspace.root, context, "left-behind"))).toThrow("ENOENT");

  const without = await makeRelease(workspace.root, { steps: { a: "true" }, definition: {} });
  expect(await platform.tests.run(without, { listener })).toMatchObject({
    ok: false,
    error: { reason: "refused", message: "probe has no tests" },
  });
});

test("tests that are interrupted are stopped", async () => {
  const release = await makeRelease(workspace.root, {
    steps: { a: "true" },
    definition: sequence("a"),
    changes: { testCommand: "echo begun; exec sleep 3600" },
  });
  const off = new AbortController();
  const listener = ({ text }: { text: string }): void => {
    if (text === "begun") off.abort();
  };
  expect(await platform.tests.run(release, { listener, signal: off.signal })).toMatchObject({
    ok: false,
    error: { reason: "interrupted", message: "the tests of probe were interrupted" },
  });
});

test("the outcome's notification is kept: failure, recovery, success", async () => {
  const to = (address: string) => [{ kind: "email", address } as const];
  const spec = {
    steps: { a: `if [ ! -e "$MARKS/fixed" ]; then echo "no such column: price"; exit 3; fi` },
    definition: sequence("a"),
    changes: {
      ...taskOf({ environment: { MARKS: workspace.root } }),
      notifications: { onSuccess: to("team@example.com"), onFailure: to("oncall@example.com") },
    },
  };
  const reported = async (): Promise<string[]> => {
    const { run } = await runOf(platform, workspace.root, spec);
    const notification = value(await platform.outbox.notification(run));
    return [
      notification?.outcome ?? "",
      notification?.recipients.join(" ") ?? "",
      notification?.subject ?? "",
    ];
  };
  const { run, summary } = await runOf(platform, workspace.root, spec);
  expect(value(await platform.outbox.notification(run))?.body).toContain("no such column: price");
  expect(summary.failure).toContain("a");
  expect(await reported()).toEqual(["failure", "oncall@example.com", "[local] probe failed at a"]);
  writeFileSync(join(workspace.root, "fixed"), "");
  const recovered = await reported();
  expect(recovered).toEqual([
    "recovery",
    "team@example.com oncall@example.com",
    "[local] probe succeeded again",
  ]);
  expect(await reported()).toEqual(["success", "team@example.com", "[local] probe succeeded"]);
});
