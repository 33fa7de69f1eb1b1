import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { err, ok, type Result } from "../../core/result.ts";
import { shellCommand } from "../../core/shell-command.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import type { LocalContext } from "../context.ts";
import { takeSnapshot } from "../deploy/snapshot.ts";
import { markEnvironmentUsed } from "../deploy/tidy.ts";
import { readSecrets } from "../engine/secrets.ts";
import { attemptFiles } from "../executors/attempt-files.ts";
import { clearAway } from "../executors/clear-away.ts";
import { followFile } from "../runs/follow-file.ts";
import { localIndexes } from "../secrets/open-index.ts";
import { testRequirements } from "./test-requirements.ts";
import { installingFirst, lackingRunner, runnerAdvice } from "./test-runner.ts";
import type { TestOptions } from "../../platform/roles/tests.ts";

/** Where pip finds an index: https://pip.pypa.io/en/stable/topics/configuration/ */
const indexVariable = "PIP_INDEX_URL";
const stopGraceSeconds = 10;
/** Tests that take longer hang. */
const limitSeconds = 24 * 3600;

/** Runs a project's test command as a step would run. */
export async function runTests(
  context: LocalContext,
  release: Release,
  options: TestOptions,
): Promise<Result<{ readonly exitCode: number }, PlatformError>> {
  const { layout, clock } = context;
  const { listener, signal } = options;
  if (release.testCommand === undefined) {
    return err({
      reason: "refused",
      message: `${release.project} has no tests`,
      help: "Put tests into its folder tests/, or name a command: test.command in its config.yaml.",
      resource: release.project,
    });
  }
  const choice = await context.choose(release);
  if (!choice.ok) return choice;
  const snapshot = await takeSnapshot(layout, release);
  if (!snapshot.ok) return snapshot;
  const folder = join(layout.snapshots, snapshot.value.hash);
  const leftOut = testsLeftOut(release, join(layout.root, release.image.context), folder);
  if (leftOut !== undefined) return err(leftOut);
  const added = testRequirements(
    join(layout.root, release.image.context),
    release.project,
    options.requirementsFile,
  );
  if (!added.ok) return added;
  const executor = context.executors[choice.value.executor];
  const say = (text: string): void => listener({ stream: "system", text });
  const runtime = await executor.prepare(release, folder, say, signal, {
    added: added.value,
    packages: snapshot.value.packages,
  });
  if (!runtime.ok) return runtime;
  await markEnvironmentUsed(runtime.value.decided);
  const lacking = lackingRunner(release, folder, runtime.value, added.value);
  if (lacking !== undefined) return err(lacking);
  const { index } = release.image;
  const opened =
    executor.name === "docker" && added.value !== undefined && index !== undefined
      ? await localIndexes(layout.home, context.processEnvironment)(index)
      : undefined;
  if (opened !== undefined && !opened.ok) return opened;
  const opening = opened === undefined ? {} : { [indexVariable]: opened.value.address };
  if (isAborted(signal)) return err(interrupted(release));

  const name = `${release.project}-${clock.now()}-${context.entropy()}`;
  const directory = join(layout.tests, name);
  await mkdir(directory, { recursive: true });
  await mkdir(layout.artifacts, { recursive: true });
  // Tests that need a secret say so themselves; those that don't are not kept from running.
  const secrets = readSecrets(
    layout,
    release.project,
    release.task.secrets,
    context.processEnvironment,
  );
  try {
    const attempt = await executor.start(
      {
        run: name,
        project: release.project,
        step: "test",
        task: 0,
        directory,
        snapshot: folder,
        command: shellCommand(
          executor.name === "docker"
            ? installingFirst(
                release.testCommand,
                added.value,
                join(layout.root, release.image.context),
                opened === undefined ? undefined : indexVariable,
              )
            : release.testCommand,
        ),
        environment: { ...release.task.environment, ...secrets.values, ...opening },
        secrets: Object.keys({ ...secrets.values, ...opening }),
        resources: release.task.resources,
        timeoutSeconds: limitSeconds,
        sharedDirectory: layout.artifacts,
      },
      runtime.value,
    );
    const stop = (): void => void attempt.stop(stopGraceSeconds);
    signal?.addEventListener("abort", stop, { once: true });
    if (isAborted(signal)) stop();
    const result = await followFile(join(directory, attemptFiles.log), attempt.finished, listener);
    signal?.removeEventListener("abort", stop);
    if (isAborted(signal)) return err(interrupted(release));
    if (result.kind === "exited") {
      const { exitCode } = result;
      // A shell's "not found":
      // https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_08_02
      const advice = exitCode === 127 ? runnerAdvice(release, folder, added.value) : undefined;
      if (advice !== undefined) say(advice);
      return ok({ exitCode });
    }
    return err({
      reason: "failed",
      message: `the tests of ${release.project} could not be started: ${result.message}`,
      resource: release.project,
    });
  } finally {
    await clearAway(directory);
  }
}

/** Tests run on what the image gets; without this pytest would find nothing, and fail. */
function testsLeftOut(
  { project, testCommand = "" }: Release,
  source: string,
  snapshot: string,
): PlatformError | undefined {
  if (!/\bpytest\b|\btests\b/.test(testCommand)) return undefined;
  const tests = "tests";
  if (!existsSync(join(source, tests)) || existsSync(join(snapshot, tests))) return undefined;
  return {
    reason: "refused",
    message: `.dockerignore leaves ${tests}/ of ${project} out, and tests run on what the image gets`,
    help: "Take it out of .dockerignore; or add the line `!tests` at its end.",
    resource: project,
  };
}

/** A call, because the answer changes while the compiler thinks that it can't. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function interrupted(release: Release): PlatformError {
  return {
    reason: "interrupted",
    message: `the tests of ${release.project} were interrupted`,
    resource: release.project,
  };
}
