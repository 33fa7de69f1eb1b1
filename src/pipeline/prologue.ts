import type { Project } from "../config/model.ts";
import { usesCache } from "../config/outputs.ts";
import type { JsonObject } from "../core/json.ts";
import {
  CHECK_INPUT,
  CHECK_OVERLAP,
  INVALID_INPUT,
  READ_INPUT,
  REFUSE_INPUT,
} from "../core/state-names.ts";
import { expression, quote } from "./jsonata.ts";
import { checkOverlap } from "./overlap.ts";
import { SAMPLE_VALUES, sampleValues } from "./sample.ts";
import { placeholder } from "./placeholder.ts";
import { dateVariables, scheduledDate } from "./scheduled-date.ts";
import { triggerVariables } from "./trigger.ts";
import { OVERRIDES } from "./step-limits.ts";

/** The states before the first step: they read the run input (version 1), once and for all. */
export interface Prologue {
  readonly start: string;
  readonly states: JsonObject;
}

/**
 * Gives every later state its variables: `$only`, `$skip`, `$run_id`, `$origin`, `$scheduled_time`,
 * `$scheduled_date`, `$artifacts`, `$run_overrides` and, where the project uses them, `$params`,
 * `$trigger`, `$artifacts_key`, `$cache`, `$sample_env`, `$trigger_uris`, `$trigger_list`. Whatever
 * is missing, null or of another type gets its default, so that `{}` will do.
 *
 * @param next the first state after the prologue
 */
export function prologue(project: Project, next: string): Prologue {
  const skips = project.schedule?.overlap === "skip";
  const ids = project.steps.map((step) => step.id);
  const samples = sampleValues(project, isSample);
  return {
    start: READ_INPUT,
    states: {
      [READ_INPUT]: {
        Type: "Pass",
        Assign: {
          ...parameters(project),
          only: expression(`[${field("only")}[$type($) = "string"]]`),
          skip: expression(`[${field("skip")}[$type($) = "string"]]`),
          unknown: expression(
            `[${field("only")}[$type($) = "string" and $not($ in ${quote(ids)})]]`,
          ),
          run_id: expression("$states.context.Execution.Name"),
          origin: textOr("origin", "$states.context.Execution.Name"),
          scheduled_time: textOr("scheduled_time", "$states.context.Execution.StartTime"),
          ...dateVariables(project, textOr("scheduled_date", '""')),
          [OVERRIDES]: expression(objectOr("overrides")),
          ...(samples === undefined ? {} : { [SAMPLE_VALUES]: samples }),
          ...(project.awaitsData ? triggerVariables(field("on")) : {}),
          ...(usesCache(project.steps) ? { cache: cacheMode } : {}),
          ...(skips ? { trigger: textOr("trigger", '"manual"') } : {}),
          artifacts: `${placeholder("artifacts_uri")}/${project.name}/`,
          ...(readsArtifacts(project)
            ? { artifacts_key: `${placeholder("artifacts_prefix")}${project.name}/` }
            : {}),
        },
        Output: {},
        Next: CHECK_INPUT,
      },
      ...checkInput(project, skips ? CHECK_OVERLAP : next),
      ...(skips ? checkOverlap(project, next) : {}),
    },
  };
}

/**
 * Whether steps take what earlier runs left. The step of a backfill may depend on its day, which no
 * entry of the cache knows.
 */
const cacheMode = expression(
  `(${field("trigger")} = "backfill" ? "off" : ($given := ${field("cache")}; $given in ["off", "refresh"] ? $given : "on"))`,
);

const isSample = `${field("sample")} = true`;

/** A field of the run input; nothing where the input is not an object. */
function field(name: string): string {
  return `($type($states.input) = "object" ? $states.input.${name})`;
}

/** The default of each parameter, and over it what the input says, as text. */
function parameters(project: Project): JsonObject {
  if (project.parameters.length === 0) return {};
  const defaults = Object.fromEntries(project.parameters.map((one) => [one.name, one.default]));
  const samples = Object.fromEntries(
    project.parameters.flatMap(({ name, sample }) =>
      sample === undefined ? [] : [[name, sample]],
    ),
  );
  const sampled = Object.keys(samples).length === 0 ? "" : `${isSample} ? ${quote(samples)} : {}, `;
  const text = `(${IS_WHOLE} and ${IS_EXACT} ? $formatBase($value, 10) : $string($value))`;
  const toText = `function($value, $name) { $value = null ? {} : {$name: ${text}} }`;
  const given = `$given := ${field("params")}`;
  const lossy = `function($value, $name) { $type($value) = "number" and $not(${IS_EXACT}) ? $name }`;
  return {
    params: expression(
      `(${given}; $merge([${quote(defaults)}, ${sampled}$type($given) = "object" ? $merge($each($given, ${toText})) : {}]))`,
    ),
    lossy: expression(`(${given}; [$type($given) = "object" ? $each($given, ${lossy})])`),
  };
}

/**
 * Of numbers in the input: `$string` rounds to 15 digits, and whole numbers from 2^53 on have been
 * rounded before they came here.
 */
const IS_WHOLE = '$type($value) = "number" and $floor($value) = $value';
const IS_EXACT = `(${IS_WHOLE} ? $abs($value) < ${2 ** 53} : $number($string($value)) = $value)`;

function textOr(name: string, otherwise: string): string {
  const given = `$given := ${field(name)}`;
  return expression(
    `(${given}; $type($given) = "string" and $given != "" ? $given : ${otherwise})`,
  );
}

/** A field of the run input as an object: an empty one where it is none. */
function objectOr(name: string): string {
  return `($given := ${field(name)}; $type($given) = "object" ? $given : {})`;
}

function readsArtifacts(project: Project): boolean {
  return project.steps.some((step) => step.forEach?.kind === "artifact");
}

const refuseLossy = {
  Condition: expression("$count($lossy) > 0"),
  Output: expression(
    '"params has numbers that don\'t pass through JSON exactly: " & $join($lossy, ", ") & "; write them as text, in quotes"',
  ),
  Next: REFUSE_INPUT,
} as const satisfies JsonObject;

/**
 * A name that stands for nothing would run nothing and look like success. `skip` may name steps
 * that an earlier release had.
 */
function checkInput(project: Project, next: string): JsonObject {
  return {
    [CHECK_INPUT]: {
      Type: "Choice",
      Choices: [
        {
          Condition: expression("$count($unknown) > 0"),
          Output: expression(
            '"only names steps that this pipeline doesn\'t have: " & $join($unknown, ", ")',
          ),
          Next: REFUSE_INPUT,
        },
        {
          // It becomes a folder's name.
          Condition: expression(String.raw`$not($contains($origin, /^[^.\/\\\s][^\/\\\s]*$/))`),
          Output: expression('"origin is no name of a run: " & $origin'),
          Next: REFUSE_INPUT,
        },
        ...(project.parameters.length === 0 ? [] : [refuseLossy]),
      ],
      // It needs variables that the state before has assigned.
      Assign: scheduledDate(project),
      Default: next,
    },
    [REFUSE_INPUT]: {
      Type: "Fail",
      Error: INVALID_INPUT,
      Cause: expression("$states.input"),
    },
  };
}
