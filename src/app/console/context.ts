import type { Host } from "../host.ts";
import type { PlatformSession } from "../workspace.ts";
import type { ConsoleEnvironments } from "./environments.ts";
import type { LateWatch } from "./late.ts";
import type { Observations } from "./observations.ts";
import type { Operations } from "./operations.ts";

/** What the operations of a console share while it is open. */
export interface ConsoleContext {
  readonly host: Host;
  readonly environments: ConsoleEnvironments;
  /** IANA name of the zone whose nights are shown. */
  readonly zone: string;
  readonly late: LateWatch;
  readonly observations: Observations;
  readonly operations: Operations;
}

/** Who asks: the name of their token; undefined for who opened the console with its address. */
export interface Person {
  readonly name: string | undefined;
}

/** Who acts, as the audit trail has it: the machine's identity, and beside it the person. */
export function actorOf({ actor }: Pick<PlatformSession, "actor">, { name }: Person): string {
  return name === undefined ? actor : `${actor} (${name})`;
}
