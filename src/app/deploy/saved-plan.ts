import { resolve } from "node:path";

import * as z from "zod";

import { ok, type Result } from "../../core/result.ts";
import { readOwnFile } from "../../release/own-file.ts";
import type { Host } from "../host.ts";
import { failed, notFound, type Failure } from "../failure.ts";
import type { SavedPlan } from "../../platform/roles/saved-plans.ts";

/** In bytes; what a thousand projects come to has a few megabytes. */
const largestPlan = 64 * 1024 * 1024;

/** Reads a plan that `plan --out` wrote. */
export function readSavedPlan(host: Host, file: string): Result<SavedPlan, Failure> {
  const read = readOwnFile(undefined, resolve(host.cwd, file), largestPlan);
  if (read.kind === "absent") {
    return notFound(
      `there is no file ${file}`,
      `\`esteira plan -e ENV --out ${file}\` writes one.`,
    );
  }
  const document = read.kind === "text" ? parseSavedPlan(read.text) : undefined;
  if (document !== undefined) return ok(document);
  return failed({
    exit: "invalid",
    reason: "invalid",
    message: `${file} is not a plan that this version of Esteira has saved`,
    help: `Plan again: \`esteira plan -e ENV --out ${file}\`.`,
  });
}

/** What is needed to say more is there; the rest is held against what a new plan comes to. */
const savedPlan = z.looseObject({
  schema: z.literal(1),
  plan: z.looseObject({
    environment: z.string(),
    projects: z.array(z.looseObject({ project: z.string() })),
  }),
  accountId: z.string(),
  region: z.string(),
  plannedAt: z.number(),
  actor: z.string(),
  adopt: z.boolean(),
  options: z.looseObject({
    prune: z.boolean().optional(),
    refresh: z.boolean().optional(),
    known: z.array(z.string()).optional(),
    models: z.record(z.string(), z.looseObject({})).optional(),
  }),
  observed: z.record(z.string(), z.string()),
});

/** Undefined for what isn't one. */
export function parseSavedPlan(text: string): SavedPlan | undefined {
  try {
    const { success, data } = savedPlan.safeParse(JSON.parse(text));
    return success ? (data as unknown as SavedPlan) : undefined;
  } catch {
    return undefined;
  }
}
