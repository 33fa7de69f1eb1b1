import type { JsonObject } from "../core/json.ts";
import { expression } from "./jsonata.ts";

/**
 * Variables by which the steps of a project that data starts find what has arrived: a JSON list of
 * URIs, and where that is as a file when it is too long for a variable.
 *
 * @param given what the run input has of it, as JSONata
 */
export function triggerVariables(given: string): JsonObject {
  const isListed = '$type($on) = "object" and $type($on.list) = "string"';
  return {
    trigger_uris: expression(
      `($on := ${given}; ${isListed} ? "" : $string([$on.uris[$type($) = "string"]]))`,
    ),
    trigger_list: expression(`($on := ${given}; ${isListed} ? $on.list : "")`),
  };
}

/** The same in a step's environment. */
export const stepTrigger = [
  { name: "ESTEIRA_TRIGGER_URIS", jsonata: "$trigger_uris", jsonPath: "$trigger_uris" },
  { name: "ESTEIRA_TRIGGER_LIST", jsonata: "$trigger_list", jsonPath: "$trigger_list" },
] as const;
