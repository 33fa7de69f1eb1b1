import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { StateFailure } from "../failure.ts";
import type { MapState } from "../machine.ts";
import { chain, type Maybe } from "../maybe.ts";
import { shown } from "../text.ts";
import type { Chapter, Thread } from "./model.ts";

/** A child execution that has succeeded. */
export interface ChildResult {
  readonly chapter: Chapter;
  readonly output: Json;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
}

/**
 * What a Map run's results come to as the state's result: the children's outputs, or as
 * `ResultWriter` says. Where it writes to a bucket, the result gives the manifest's place; nothing
 * is written by a pure interpreter.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 *
 * @param results by child; undefined for those that failed
 */
export function writtenResults(
  thread: Thread,
  state: MapState,
  input: Json,
  results: readonly (ChildResult | undefined)[],
  runArn: string,
): Maybe<Json | StateFailure> {
  const { writer } = state;
  const succeeded = results.filter((result) => result !== undefined);
  if (writer?.resource === undefined) {
    const outputs = succeeded.map(({ output }) => output);
    switch (writer?.transformation) {
      case "FLATTEN":
        return outputs.flatMap((output) => output);
      case "NONE":
        return succeeded.map((result) => documentOf(result, runArn));
      default:
        return outputs;
    }
  }
  return chain(writer.arguments?.(input, thread) ?? {}, (where) => {
    if (where instanceof StateFailure) return where;
    const { Bucket: bucket, Prefix: prefix } = isJsonObject(where) ? where : {};
    const folder = prefix === undefined || prefix === "" ? "" : `${shown(prefix)}/`;
    const run = runArn.slice(runArn.lastIndexOf(":") + 1);
    return {
      MapRunArn: runArn,
      ResultWriterDetails: { Bucket: shown(bucket), Key: `${folder}${run}/manifest.json` },
    };
  });
}

/** A child execution as a service's answer describes it. */
function documentOf({ chapter, output, endedAt }: ChildResult, runArn: string): JsonObject {
  return {
    ExecutionArn: chapter.executionId,
    Input: JSON.stringify(chapter.input),
    InputDetails: { Included: true },
    Name: chapter.executionName,
    Output: JSON.stringify(output),
    OutputDetails: { Included: true },
    RedriveCount: 0,
    RedriveStatus: "NOT_REDRIVABLE",
    RedriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
    StartDate: new Date(chapter.startedAt).toISOString(),
    StateMachineArn: runArn.replace(":mapRun:", ":stateMachine:").replace(/:[^:]*$/, ""),
    Status: "SUCCEEDED",
    StopDate: new Date(endedAt).toISOString(),
  };
}
