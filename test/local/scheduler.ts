import type { ScheduleSpec } from "../../src/release/release.ts";
import { deploy } from "../contract/tools.ts";
import { type LocalPlatform, makeRelease, sequence, value } from "./fixture.ts";
import type { UpEvent } from "../../src/platform/roles/up-events.ts";
import type { UpOptions } from "../../src/platform/roles/scheduler.ts";

/** A clock that runs like the real one from wherever it was set last. */
export function settableClock(time: string) {
  let offset = Date.parse(time) - Date.now();
  return {
    now: () => Date.now() + offset,
    set: (to: string) => {
      offset = Date.parse(to) - Date.now();
    },
  };
}

export function spec(cron: string, changes: Partial<ScheduleSpec> = {}): ScheduleSpec {
  return {
    enabled: true,
    cron: "",
    expression: `cron(${cron})`,
    timezone: "UTC",
    overlap: "allow",
    deadline: undefined,
    ...changes,
  };
}

/** `up` at work; it looks only when it is asked to. */
export interface Up extends AsyncDisposable {
  readonly events: readonly UpEvent[];
  /** Lets it look once, and resolves when it has. */
  turn(): Promise<void>;
  /** As it is reported: `fired probe 03:00`, without what the clock says. Forgets them. */
  news(): string[];
  /** Resolves when an event of this kind has been reported since the last news. */
  until(kind: UpEvent["kind"], count?: number): Promise<void>;
  /** Asks it to end, and resolves when it has. */
  end(): Promise<void>;
}

/** Starts `up` and resolves after its first look. */
export async function startUp(
  platform: LocalPlatform,
  options: Partial<UpOptions> = {},
): Promise<Up> {
  const events: UpEvent[] = [];
  let read = 0;
  const watchers = new Set<() => void>();
  const ending = new AbortController();
  let wake: (() => void) | undefined;
  let looked = Promise.withResolvers<void>();
  const done = platform.scheduler
    .up({
      policy: { missed: "skip", withinMs: 24 * 3_600_000 },
      maxRuns: 10,
      duties: [],
      listener: (event) => {
        events.push(event);
        for (const watcher of watchers) watcher();
      },
      signal: ending.signal,
      drainMs: 0,
      pause: (_milliseconds, signal) =>
        new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener("abort", () => resolve(), { once: true });
          looked.resolve();
        }),
      ...options,
    })
    .finally(() => looked.resolve());
  await looked.promise;

  const up: Up = {
    events,
    async turn() {
      looked = Promise.withResolvers<void>();
      wake?.();
      await looked.promise;
    },
    news() {
      const reported = events.slice(read).filter(({ kind }) => kind !== "clock");
      read = events.length;
      return reported.map(inWords);
    },
    until: (kind, count = 1) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (events.slice(read).filter((event) => event.kind === kind).length < count) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    async end() {
      ending.abort();
      value(await done);
    },
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await done;
    },
  };
  return up;
}

function inWords(event: UpEvent): string {
  const day = (at: number): string => new Date(at).toISOString().slice(5, 16);
  switch (event.kind) {
    case "started":
      return `started ${event.enabled} of ${event.schedules}, ${event.waiting} waiting`;
    case "waiting":
      return `waiting ${event.projects.join(" ")}`;
    case "fired":
      return `${event.kind} ${event.project} ${day(event.scheduledTime)}`;
    case "left-out":
      return `left-out ${event.project} ${day(event.scheduledTime)} ${event.why}`;
    case "refused":
      return `refused ${event.project} ${day(event.scheduledTime)}: ${event.error.message}`;
    case "missed":
      return `missed ${event.project} ${event.count}, last ${day(event.last)}${event.madeUp ? ", made up for" : ""}`;
    case "ended":
      return `ended ${event.project} ${event.status}`;
    case "schedule":
      return `schedule ${event.project} ${event.change}`;
    case "taken-up":
      return `taken-up ${event.project}`;
    case "duty":
      return `duty ${event.duty}: ${event.text}${event.failed ? " (failed)" : ""}`;
    case "stopped":
      return `stopped, ${event.handedOver.length} handed over, ${event.waiting} waiting`;
    case "stopping":
      return `stopping, ${event.running} running`;
    case "trouble":
    case "not-taken-up":
      return `${event.kind}: ${event.error.message}`;
    default:
      return event.kind;
  }
}

/** Deploys a project of one step besides those that are deployed. */
export async function deployScheduled(
  platform: LocalPlatform,
  root: string,
  name: string,
  schedule: ScheduleSpec,
  script = "echo done",
): Promise<void> {
  const release = await makeRelease(root, {
    name,
    steps: { only: script },
    definition: sequence("only"),
    changes: { schedule },
  });
  const deployed = value(await platform.listDeployed());
  await deploy(platform, [release], { known: deployed.map((one) => one.release.project) });
}
