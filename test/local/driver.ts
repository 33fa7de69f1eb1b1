// A process that starts a run and drives it until the moment in which it is to die, which it then
// does at once.
import { projectName } from "../../src/core/ids.ts";
import type { EngineObserver } from "../../src/local/engine/context.ts";
import { input, openPlatform, value } from "./fixture.ts";

export interface DriverOrder {
  readonly root: string;
  readonly project: string;
  /** Names the run for who looks for it. */
  readonly actor: string;
  /** After the event of this number has been recorded, and none after it. */
  readonly event?: number;
  /** When this has happened for the n-th time. */
  readonly effect?: { readonly kind: string; readonly count: number };
}

const order = JSON.parse(process.argv[2] ?? "") as DriverOrder;
const die = (): void => process.kill(process.pid, "SIGKILL") as unknown as void;
let seen = 0;
const observer: EngineObserver = {
  eventByEvent: order.event !== undefined,
  appended: (_run, events) => {
    if (order.event !== undefined && (events.at(-1)?.id ?? 0) >= order.event) die();
  },
  effect: (_run, what) => {
    if (order.effect === undefined || !what.startsWith(`${order.effect.kind} `)) return;
    seen += 1;
    if (seen === order.effect.count) die();
  },
};
const platform = await openPlatform(order.root, { observer });
const run = value(
  await platform.start(projectName(order.project), input({ actor: order.actor }), {
    mode: "follow",
  }),
);
await platform.driver.settled(run);
await platform.close();
