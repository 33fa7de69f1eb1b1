import { isJsonObject, type Json } from "../../core/json.ts";
import { GIVE_PLACES, GIVE_RESOURCE, TAKE_PLACES, TAKE_RESOURCE } from "../../core/pool-calls.ts";
import type { Signal } from "../../states/types.ts";
import { askForPlaces, givePlaces, givePlacesBack, holdsPlaces } from "../store/pool-claims.ts";
import type { DrivenRun, EngineContext } from "./context.ts";
import type { TaskCommand, TaskToStart, Work } from "./work.ts";

/** What stands for the notifier's function in definitions of this machine. */
export const POOLS_FUNCTION = "esteira-pools";

/** How often a waiting process looks whether others have written, in milliseconds. */
const LOOK_EVERY_MS = 100;
/** Every how many looks it looks also where nobody wrote: processes die without writing. */
const LOOK_ANYWAY = 20;

/** What a compiled pipeline asks for places; undefined for any other task. */
export function poolTask(
  context: EngineContext,
  run: DrivenRun,
  task: TaskToStart,
): Work | undefined {
  const { parameters, resource } = task.command;
  if (!isJsonObject(parameters) || parameters["FunctionName"] !== POOLS_FUNCTION) return undefined;
  const payload = isJsonObject(parameters["Payload"]) ? parameters["Payload"] : {};
  const call = payload["esteira"];
  const step = typeof payload["step"] === "string" ? payload["step"] : "";
  if (resource === TAKE_RESOURCE && call === TAKE_PLACES) {
    return takePlaces(context, run, task, { ...claimIn(payload), step });
  }
  if (resource === GIVE_RESOURCE && call === GIVE_PLACES) {
    // Given back in the transaction that records it, and once more after a crash.
    task.report(signals(task.command, { StatusCode: 200 }), () =>
      givePlacesBack(context.store, run.id, step),
    );
    return { stop: () => Promise.resolve(), release: () => undefined };
  }
  return undefined;
}

function takePlaces(
  context: EngineContext,
  run: DrivenRun,
  task: TaskToStart,
  claim: {
    readonly step: string;
    readonly pools: Readonly<Record<string, number>>;
    readonly priority: number;
  },
): Work {
  const { store, clock, environment } = context;
  let timer: NodeJS.Timeout | undefined;
  let looks = 0;
  let version = -1;
  const end = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const take = (): void => {
    const now = clock.now();
    const has = store.write(() => {
      askForPlaces(store, { ...claim, runId: run.id, askedAt: now });
      givePlaces(store, environment, now);
      return holdsPlaces(store, run.id, claim.step);
    }, "relaxed");
    if (!has) return;
    end();
    task.report(signals(task.command, {}));
  };
  const look = (): void => {
    looks += 1;
    try {
      const latest = store.version();
      if (latest === version && looks % LOOK_ANYWAY !== 0) return;
      version = latest;
      take();
    } catch (error) {
      end();
      task.broken(error);
    }
  };
  timer = setInterval(look, LOOK_EVERY_MS);
  look();
  return {
    stop: () => {
      end();
      store.write(() => givePlacesBack(store, run.id, claim.step), "relaxed");
      return Promise.resolve();
    },
    release: end,
  };
}

function claimIn(payload: { readonly [name: string]: Json | undefined }) {
  const { pools, priority } = payload;
  return {
    pools: (isJsonObject(pools) ? pools : {}) as Readonly<Record<string, number>>,
    priority: typeof priority === "number" ? priority : 0,
  };
}

/** What of a call's history is not recorded yet: it is scheduled, started, submitted, and ends. */
function signals({ task, progress, resource }: TaskCommand, output: Json): Signal[] {
  const begun: Signal[] = [];
  if (progress === "scheduled") begun.push({ kind: "task-started", task });
  if (progress !== "submitted" && resource === TAKE_RESOURCE) {
    begun.push({ kind: "task-submitted", task, output: { StatusCode: 200 } });
  }
  return [...begun, { kind: "task-succeeded", task, output }];
}
