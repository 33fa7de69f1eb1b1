import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Clients } from "../../src/aws/sdk/context.ts";
import type { Timing } from "../../src/core/clock.ts";
import type { AwsPlatform, AwsPlatformOptions } from "../../src/aws/platform.ts";
import { requestOf } from "../../src/aws/notifier/events.ts";
import { serve } from "../../src/aws/notifier/notifier.ts";
import type { Json } from "../../src/core/json.ts";
import { systemTiming } from "../../src/aws/sdk/timing.ts";
import type { RunId } from "../../src/core/ids.ts";
import type { RunSummary } from "../../src/runs/model.ts";
import { bootstrapped, recsys, type TestEnvironment } from "./deploy-fixture.ts";
import type { MotoServer } from "./rig/moto.ts";
import { type SfnServer, startSfnServer } from "./rig/sfn-server.ts";
import type { Script } from "./rig/sfn-tasks.ts";
import { acceleratedTiming } from "./rig/timing.ts";
import { unwrap } from "./rig/unwrap.ts";
import type { Platform } from "../../src/platform/port.ts";

/** An empty environment whose runs really run. */
export interface RunsEnvironment extends AsyncDisposable {
  readonly environment: TestEnvironment;
  readonly sfn: SfnServer;
  /** Calls the notifier's function; throws where it fails. */
  readonly call: (event: Json) => Promise<void>;
  /** Of the account's root, for what happens behind the platform's back. */
  readonly clients: Clients;
  readonly cacheDirectory: string;
  open(options?: Partial<AwsPlatformOptions>): Promise<AwsPlatform>;
}

export interface RunsOptions {
  readonly script: Script;
  /**
   * The clients' time; a hundred times as fast as it is unless said otherwise. Runs themselves take
   * the time that they take.
   */
  readonly timing?: Timing;
  /** By how much runs are later than they are: as if deploys had been so long ago. Milliseconds. */
  readonly later?: number;
}

export async function runsEnvironment(
  server: MotoServer,
  { script, timing = acceleratedTiming(100), later = 0 }: RunsOptions,
): Promise<RunsEnvironment> {
  const cacheDirectory = await mkdtemp(join(tmpdir(), "esteira-runs-"));
  const sfn = await startSfnServer({
    target: server.url,
    // As the emulator's bucket has it: runs and releases are distinguished by when they were.
    timing: { ...systemTiming, now: () => systemTiming.now() + later },
    script,
    call: (payload) => callFunction(payload),
    logs: server.clients().logs,
  });
  const clients = server.clients({ sfnUrl: sfn.url, timing });
  const environment = await bootstrapped(server, {}, timing, clients);
  const { context } = environment;
  const callFunction = async (payload: Json): Promise<void> => {
    const invocation = { requestId: "", endsAt: Infinity, log: () => undefined };
    const served = await serve(context, requestOf(payload), invocation);
    if (!served.ok) throw new Error(served.error.message);
  };
  return {
    environment,
    call: callFunction,
    sfn,
    clients,
    cacheDirectory,
    open: (options = {}) => environment.open({ cacheDirectory, actor: () => "ana", ...options }),
    async [Symbol.asyncDispose]() {
      await sfn.stop();
      await rm(cacheDirectory, { recursive: true });
    },
  };
}

/** The run as it is when it has ended. */
export async function ended(platform: Platform, run: RunId): Promise<RunSummary> {
  for (;;) {
    const summary = unwrap(await platform.run(run));
    if (summary.status !== "RUNNING") return summary;
    await platform.changed(run, 1000);
  }
}

/** Each step works and says so. */
export const good: Script = ({ step }) => ({ lines: [`${step} works`], end: 0 });

/** The second step fails the first time. */
export const failsOnce: Script = (of) =>
  of.step === "score_model" && of.attempt === 1
    ? { lines: ["Traceback", "ValueError: no rows"], end: 1 }
    : good(of);

/** No step is tried again. */
export const once = recsys({ steps: recsys().steps.map((step) => ({ ...step, retries: 0 })) });

/**
 * Nothing is decided when a step of it fails: the Task itself ends the run, and AWS redrives it.
 */
export const undecided = recsys({
  steps: once.steps.map((step) => ({ ...step, lostInstanceRetries: 0, capacityWaitHours: 0 })),
});

/** The texts of a run's first thousand lines. */
export async function linesOf(platform: Platform, run: RunId): Promise<string[]> {
  const { items } = unwrap(await platform.logs(run, {}, { limit: 1000 }));
  return items.map(({ text }) => text);
}
