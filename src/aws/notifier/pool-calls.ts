import { isJsonObject, type JsonObject } from "../../core/json.ts";
import { GIVE_PLACES, TAKE_PLACES } from "../../core/pool-calls.ts";

/** What a step's run asks of the function. */
export type PoolCall =
  | {
      readonly kind: "take-places";
      readonly project: string;
      readonly run: string;
      readonly step: string;
      readonly pools: Readonly<Record<string, number>>;
      readonly priority: number;
      readonly token: string;
    }
  | {
      readonly kind: "give-places";
      readonly project: string;
      readonly run: string;
      readonly step: string;
    };

/** Reads what a state of a compiled pipeline calls with; undefined where it isn't that. */
export function poolCallOf(event: JsonObject): PoolCall | undefined {
  const { esteira, project, run, step, pools, priority, token } = event;
  if (typeof project !== "string" || typeof run !== "string" || typeof step !== "string") {
    return undefined;
  }
  if (esteira === GIVE_PLACES) return { kind: "give-places", project, run, step };
  if (esteira !== TAKE_PLACES || typeof token !== "string" || !isJsonObject(pools)) {
    return undefined;
  }
  const places = Object.entries(pools).filter(
    (entry): entry is [string, number] => typeof entry[1] === "number",
  );
  return {
    kind: "take-places",
    project,
    run,
    step,
    pools: Object.fromEntries(places),
    priority: typeof priority === "number" ? priority : 0,
    token,
  };
}
