import type { RunId } from "../../src/core/ids.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { openMailServer } from "../../src/local/notify/mail.ts";
import type { Release } from "../../src/release/release.ts";
import { certificate } from "../rig/notify-servers.ts";
import {
  deploy,
  input,
  type LocalPlatform,
  makeRelease,
  makeWorkspace,
  openPlatform,
  value,
} from "./fixture.ts";

export const minute = 60_000;

export interface Notifying {
  /** Of the mail server; undefined: there is none. */
  readonly port?: number;
  readonly secure?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** False: whom the system trusts. */
  readonly ca?: string | false;
}

export type NotifyingPlatform = LocalPlatform & AsyncDisposable;

/**
 * A workspace whose platform notifies people by servers of this machine, and a clock that can be
 * put forward.
 */
export interface NotifyingWorkspace extends Disposable {
  readonly root: string;
  readonly clock: { now(): number };
  forward(milliseconds: number): void;
  open(notifying: Notifying): Promise<NotifyingPlatform>;
  /** Runs a project to its end, and waits until people were notified, or that was tried. */
  runAndTell(
    platform: LocalPlatform,
    definition: JsonObject,
    notifications?: Release["notifications"],
    steps?: Readonly<Record<string, string>>,
  ): Promise<RunId>;
}

export function notifyingWorkspace(): NotifyingWorkspace {
  const workspace = makeWorkspace();
  const { root } = workspace;
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead };
  return {
    root,
    clock,
    forward: (milliseconds) => {
      ahead += milliseconds;
    },
    async open({ port, secure = false, environment = {}, ca = certificate }) {
      const platform = await openPlatform(root, {
        clock,
        notify: {
          openMail: async () =>
            port === undefined
              ? undefined
              : openMailServer({
                  mail: {
                    transport: "smtp",
                    from: "esteira@example.com",
                    smtp: { host: "localhost", port, secure },
                  },
                  processEnvironment: environment,
                  patienceMs: 1500,
                  ...(ca === false ? {} : { ca }),
                }),
          webhook: { timeoutMs: 1500, ca: certificate },
        },
      });
      return { ...platform, [Symbol.asyncDispose]: () => platform.close() };
    },
    async runAndTell(platform, definition, notifications = people, steps = { only: "true" }) {
      const made = await makeRelease(root, { steps, definition, changes: { notifications } });
      await deploy(platform, made);
      const run = value(await platform.start(made.release.project, input(), { mode: "follow" }));
      await platform.driver.settled(run);
      await platform.outbox.sendDue();
      return run;
    },
    [Symbol.dispose]: () => workspace[Symbol.dispose](),
  };
}

export const people: Release["notifications"] = {
  onSuccess: [{ kind: "email", address: "team@example.com" }],
  onFailure: [
    { kind: "email", address: "team@example.com" },
    { kind: "email", address: "oncall@example.com" },
  ],
};

/** A machine that needs no process to come to its end. */
export const machine = (state: JsonObject): JsonObject => ({
  QueryLanguage: "JSONata",
  StartAt: "end",
  States: { end: state },
});
export const succeeding = machine({ Type: "Succeed" });
export const failing = machine({ Type: "Fail", Error: "Test", Cause: "no rows" });

/** The state of those who are to be notified of a run, without times. */
export async function states(platform: LocalPlatform, run: RunId) {
  return value(await platform.deliveries.ofRun(run)).map(
    ({ recipient, state, attempts, error }) => ({
      recipient,
      state,
      attempts,
      error,
    }),
  );
}

export async function status(platform: LocalPlatform, run: RunId) {
  return value(await platform.run(run)).status;
}
