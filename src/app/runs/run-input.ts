import { descendants } from "../../core/graph.ts";
import { ok, type Result } from "../../core/result.ts";
import type { Release } from "../../release/release.ts";
import type { RunInput } from "../../runs/model.ts";
import { stepWords, suggestName } from "../names.ts";
import { hasSample } from "../../pipeline/sample.ts";
import { notFound, usage, type Failure } from "../failure.ts";

export interface RunWishes {
  readonly params: readonly string[];
  readonly from: string | undefined;
  readonly only: readonly string[];
  readonly actor: string;
  /** Whose artifacts a run continues with that leaves steps out. */
  readonly origin: string | undefined;
  /** Nothing is taken from the cache. */
  readonly noCache?: boolean | undefined;
  /** A quick trial. */
  readonly sample?: boolean | undefined;
}

/**
 * The run input (version 1) for what a person asked for, checked against the release that will run.
 */
export function runInput(release: Release, wishes: RunWishes): Result<RunInput, Failure> {
  const params = parameters(release, wishes.params);
  if (!params.ok) return params;
  if (wishes.from !== undefined && wishes.only.length > 0) {
    return usage("--from and --only exclude each other", "Give one of them.");
  }
  if (wishes.sample === true && !hasSample(release)) {
    return usage(
      `${release.project} has nothing that is different in a sample`,
      "In its config.yaml, say what is: `params.NAME.sample`, or `sample_env` of a step; then deploy.",
    );
  }
  const ids = release.steps.map(({ id }) => id as string);
  for (const step of [...wishes.only, ...(wishes.from === undefined ? [] : [wishes.from])]) {
    if (!ids.includes(step)) {
      return notFound(`${release.project} has no step ${step}`, suggestName(step, ids, stepWords));
    }
  }
  return ok({
    params: params.value,
    only: wishes.only,
    skip: wishes.from === undefined ? [] : stepsBefore(release, wishes.from),
    scheduled_time: null,
    origin: leavesOut(wishes) ? (wishes.origin ?? null) : null,
    trigger: "manual",
    actor: wishes.actor,
    ...(wishes.noCache === true ? { cache: "refresh" } : {}),
    ...(wishes.sample === true ? { sample: true } : {}),
  });
}

export function leavesOut(wishes: Pick<RunWishes, "from" | "only">): boolean {
  return wishes.from !== undefined || wishes.only.length > 0;
}

/** All that is neither the step nor comes after it. */
function stepsBefore(release: Release, from: string): string[] {
  const graph = new Map<string, readonly string[]>(
    release.steps.map(({ id, dependsOn }) => [id, dependsOn]),
  );
  const kept = descendants(graph, from);
  return [...graph.keys()].filter((id) => !kept.has(id));
}

function parameters(
  release: Release,
  given: readonly string[],
): Result<Readonly<Record<string, string>>, Failure> {
  const known = release.parameters.map(({ name }) => name);
  const values: Record<string, string> = {};
  for (const text of given) {
    const equals = text.indexOf("=");
    if (equals < 1) return usage(`--param ${text} has no value`, "Write it as name=value.");
    const name = text.slice(0, equals);
    if (!known.includes(name)) {
      return usage(
        `${release.project} has no parameter ${name}`,
        suggestName(name, known, {
          have: "It has",
          none: "It declares none: `params:` in its config.yaml does.",
        }),
      );
    }
    if (Object.hasOwn(values, name))
      return usage(`--param ${name} is given twice`, "Give it once.");
    values[name] = text.slice(equals + 1);
  }
  return ok(values);
}
