import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import { ok, type Result } from "../../core/result.ts";
import type { Host } from "../host.ts";
import { failed, notFound, type Failure } from "../failure.ts";
import type { SavedPlan } from "../../platform/roles/saved-plans.ts";

/** Reads a plan that `plan --out` wrote. */
export async function readSavedPlan(host: Host, file: string): Promise<Result<SavedPlan, Failure>> {
  let text: string;
  try {
    text = await readFile(resolve(host.cwd, file), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return notFound(
      `there is no file ${file}`,
      `\`esteira plan -e ENV --out ${file}\` writes one.`,
    );
  }
  const document = parsed(text);
  if (document !== undefined) return ok(document);
  return failed({
    exit: "invalid",
    reason: "invalid",
    message: `${file} is not a plan that this version of Esteira has saved`,
    help: `Plan again: \`esteira plan -e ENV --out ${file}\`.`,
  });
}

/** What is needed to say more is there; the rest is held against what a new plan comes to. */
function parsed(text: string): SavedPlan | undefined {
  try {
    const value = JSON.parse(text) as Partial<SavedPlan> | null;
    const whole =
      value?.schema === 1 &&
      typeof value.plan?.environment === "string" &&
      Array.isArray(value.plan.projects) &&
      typeof value.accountId === "string" &&
      typeof value.region === "string" &&
      typeof value.options === "object" &&
      typeof value.observed === "object";
    return whole ? (value as SavedPlan) : undefined;
  } catch {
    return undefined;
  }
}
