import * as z from "zod";

import { text, time } from "./fields.ts";
import { problem } from "./shapes.ts";
import { status } from "./runs.ts";

const environment = text().describe("Name of the environment");

/**
 * What `/events` says, by its type. Each names what has changed, and who shows it reads it again;
 * `event:` is always `message`, `id:` goes into `Last-Event-ID`.
 */
export const consoleEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("hello").describe("The first one: the stream is open"),
    at: time(),
    missed: z.boolean().describe("Events since `Last-Event-ID` are gone: read everything again"),
  }),
  z.strictObject({
    type: z.literal("fleet").describe("Runs, schedules or deploys of an environment changed"),
    environment,
    at: time(),
  }),
  z.strictObject({
    type: z.literal("run").describe("A run has news"),
    environment,
    run: text().describe("Its id"),
    status: status.nullable().describe("Its state now; `null`: not known"),
    at: time(),
  }),
  z.strictObject({
    type: z.literal("log").describe("Steps of a run have written"),
    environment,
    run: text().describe("Its id"),
    at: time(),
  }),
  z.strictObject({
    type: z.literal("operation").describe("A deploy, rollback or backfill got on"),
    id: text().describe("Its id"),
    state: z.enum(["running", "succeeded", "failed"]).describe("Its state"),
    at: time(),
  }),
  z.strictObject({
    type: z.literal("trouble").describe("An environment can't be read now"),
    environment,
    problem,
    at: time(),
  }),
  z.strictObject({
    type: z.literal("recovered").describe("It can be read again"),
    environment,
    at: time(),
  }),
]);

export type ConsoleEvent = z.infer<typeof consoleEvent>;
