import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { HistoryEventType } from "../../src/core/history.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/core/json.ts";
import { sameJson } from "../../src/states/engine/tape.ts";
import type { Simulation, TaskOutcome } from "../../src/states/simulate.ts";

/** A recorded execution; `data/README.md` has the format. */
export interface Row {
  readonly id: string;
  readonly kind: "states" | "tasks";
  readonly query_language: string;
  readonly definition: JsonObject;
  readonly input: Json;
  readonly outcomes?: readonly TaskOutcome[];
  readonly concurrent?: boolean;
  readonly expected: {
    readonly status: string;
    readonly output: Json;
    readonly error: string | null;
    readonly cause: Json;
    readonly events: readonly HistoryEventType[] | null;
  };
}

function unpacked(name: string): string {
  return gunzipSync(readFileSync(new URL(`data/${name}.gz`, import.meta.url))).toString("utf8");
}

export function recordedRows(): readonly Row[] {
  return unpacked("recorded.jsonl")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
}

/** Rows that can't agree, by id, with the reason. */
export const disagreements = JSON.parse(
  readFileSync(new URL("disagreements.json", import.meta.url), "utf8"),
) as Readonly<Record<string, string>>;

/** One of the four recorded histories of ECS tasks. */
export interface EcsHistory {
  readonly id: string;
  readonly definition: JsonObject;
  readonly input: Json;
  readonly status: string;
  readonly output: Json;
  readonly error: string | null;
  readonly cause: Json;
  readonly events: readonly {
    readonly id: number;
    readonly prev: number;
    readonly type: HistoryEventType;
    readonly details: JsonObject;
  }[];
}

export function ecsHistories(): readonly EcsHistory[] {
  return JSON.parse(unpacked("ecs-histories.json")) as EcsHistory[];
}

/** What differs between a run and its recording; empty when they agree. */
export function differences(row: Row, run: Simulation): string[] {
  const { expected } = row;
  const found: string[] = [];
  const compare = (what: string, ours: Json, theirs: Json): void => {
    if (!sameJson(ours, theirs)) {
      found.push(`${what}: ${JSON.stringify(ours)} instead of ${JSON.stringify(theirs)}`);
    }
  };
  compare("status", run.status, expected.status);
  compare("output", opened(run.output ?? null), expected.output);
  compare("error", run.error ?? null, expected.error);
  compare("cause", opened(run.cause ?? null), expected.cause);
  if (expected.events !== null) {
    const sorted = row.concurrent === true;
    compare(
      "events",
      sorted ? run.events.toSorted() : run.events,
      sorted ? expected.events.toSorted() : expected.events,
    );
  }
  return found;
}

/** The recordings turn text that holds a JSON object into that object. */
function opened(value: Json): Json {
  if (typeof value !== "string") return value;
  try {
    const parsed = JSON.parse(value) as Json;
    return isJsonObject(parsed) ? parsed : value;
  } catch {
    return value;
  }
}
