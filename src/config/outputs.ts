import { layers } from "../core/graph.ts";
import type { Step } from "./model.ts";

type Declared = Pick<Step, "id" | "dependsOn" | "outputs" | "inputs">;

/**
 * Whether a project says what its steps leave: then each of its steps runs in the helper, which
 * lays out what was left before and keeps what the step leaves. `outputs: []` says so too.
 */
export function usesOutputs(steps: readonly Pick<Step, "outputs" | "inputs" | "cache">[]): boolean {
  return steps.some(
    (step) => step.outputs !== undefined || step.inputs !== undefined || step.cache !== undefined,
  );
}

/** Whether any step may take what an earlier run left. */
export function usesCache(steps: readonly Pick<Step, "cache">[]): boolean {
  return steps.some(({ cache }) => cache !== undefined);
}

/**
 * The steps that come before each, directly or not, in the author's order. Steps on a cycle have
 * none before them.
 */
export function stepsBefore<Kind extends Pick<Step, "id" | "dependsOn">>(
  steps: readonly Kind[],
): ReadonlyMap<string, ReadonlySet<Kind>> {
  const byId = new Map<string, Kind>(steps.map((step) => [step.id, step]));
  const before = new Map<string, ReadonlySet<Kind>>();
  const graph = new Map(steps.map((step) => [step.id as string, step.dependsOn]));
  for (const layer of layers<string>(graph)) {
    for (const id of layer) {
      const earlier = (graph.get(id) ?? []).flatMap((other) => {
        const step = byId.get(other);
        return step === undefined ? [] : [step, ...(before.get(other) ?? [])];
      });
      before.set(id, new Set(earlier));
    }
  }
  return new Map(
    steps.map(({ id }) => {
      const earlier = before.get(id);
      return [id, new Set(steps.filter((other) => earlier?.has(other)))];
    }),
  );
}

/** Which patterns of a step before it a step is given; empty: nothing of that step. */
export function givenOf(step: Declared, before: Declared): readonly string[] {
  const { outputs = [] } = before;
  const { inputs } = step;
  if (inputs === undefined || inputs.includes(before.id)) return outputs;
  return outputs.filter((output) => inputs.some((input) => mayMeet(input, output)));
}

/** Why a text is no path or glob in a step's folder; undefined where it is one. */
export function patternProblem(pattern: string): string | undefined {
  if (pattern.startsWith("/") || /^[A-Za-z]:/.test(pattern)) return "is an absolute path";
  if (pattern.startsWith("~")) return "is in somebody's home";
  if (pattern.includes("\\")) return "has a backslash";
  // A control character in a path is a slip of the editor.
  if (/\p{Cc}/u.test(pattern)) return "has a control character";
  const parts = pattern.replace(/\/$/, "").split("/");
  if (parts.includes("..")) return "leads out of the step's folder";
  if (parts.some((part) => part === "" || part === ".")) return "has an empty part or a `.`";
  if (parts.some((part) => part !== "**" && part.includes("**"))) {
    return "has `**` beside other characters";
  }
  return parts.some((part) => !classesAreClosed(part)) ? "has a `[` that isn't closed" : undefined;
}

function classesAreClosed(part: string): boolean {
  for (let at = part.indexOf("["); at !== -1; at = part.indexOf("[", at)) {
    // The first character of a class may be the bracket itself.
    const end = part.indexOf("]", at + (/^\[[!^]?\]/.test(part.slice(at)) ? 3 : 1));
    if (end === -1) return false;
    at = end + 1;
  }
  return true;
}

/** A pattern that stands for one name: a file's, or a folder's where it ends with `/`. */
export function isLiteral(pattern: string): boolean {
  return !/[*?[]/.test(pattern);
}

/**
 * Whether a file may be matched by both. Patterns are compared up to the first wildcard of either:
 * what can't be excluded is possible.
 */
export function mayMeet(one: string, other: string): boolean {
  const [ours, theirs] = [fixedParts(one), fixedParts(other)];
  const shared = Math.min(ours.length, theirs.length);
  for (let at = 0; at < shared; at += 1) if (ours[at] !== theirs[at]) return false;
  return true;
}

/** The parts of a path before the first with a wildcard. */
function fixedParts(pattern: string): readonly string[] {
  const parts = pattern.replace(/\/$/, "").split("/");
  const wild = parts.findIndex((part) => !isLiteral(part));
  return wild === -1 ? parts : parts.slice(0, wild);
}
