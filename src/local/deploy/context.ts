import type { Clock } from "../../core/clock.ts";
import type { Capacity } from "../engine/capacity.ts";
import type { Executors } from "../engine/context.ts";
import type { Layout } from "../layout.ts";
import type { Store } from "../store/store.ts";
import type { ChooseExecutor } from "./choose.ts";

/** What planning and deploying need of their surroundings. */
export interface DeployContext {
  readonly layout: Layout;
  readonly store: Store;
  readonly environment: string;
  readonly clock: Clock;
  readonly capacity: Capacity;
  readonly executors: Executors;
  readonly choose: ChooseExecutor;
  /** The process's environment: where secrets may be. */
  readonly processEnvironment: Readonly<Record<string, string | undefined>>;
}
