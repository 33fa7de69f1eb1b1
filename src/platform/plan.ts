import type { CacheUse } from "../runs/step-cache.ts";
import type { EdgeError } from "../core/edge-error.ts";
import type { ProjectName } from "../core/ids.ts";
import type { Json } from "../core/json.ts";

/**
 * The difference between what should be and what was observed: pure data, printable, storable,
 * comparable.
 */
export interface Plan {
  readonly schema: 1;
  readonly environment: string;
  readonly platform: "aws" | "local";
  readonly projects: readonly ProjectPlan[];
  /** Absent: artifacts are kept, or nobody looked. */
  readonly retention?: ArtifactRetention;
}

/** Which artifacts `keep_artifacts_days` has removed. */
export interface ArtifactRetention {
  readonly days: number;
  /** Runs of the planned projects whose artifacts are older now; absent: not counted. */
  readonly expiredRuns?: number;
}

export interface ProjectPlan {
  readonly project: string;
  /** Fingerprint of the release that it leads to; undefined for a project that is gone. */
  readonly fingerprint: string | undefined;
  readonly changes: readonly Change[];
  /**
   * `esteira-changed`: it leads to another release although nobody changed config, sources or
   * settings since the deployed one: another version of Esteira makes another release of them.
   */
  readonly cause?: "esteira-changed";
  /**
   * Everything of it is there and its commit mark is this release's: its fields were not compared.
   * Absent: they were.
   */
  readonly passedOver?: true;
  /** Why deploys leave this project alone; see the design's holds. */
  readonly hold: string | undefined;
  readonly warnings: readonly string[];
  /** What the next run finds in the caches of its steps; absent: nobody looked. */
  readonly caches?: readonly StepCacheForecast[];
  /** What the model registry said; absent where nobody asked it. */
  readonly model?: ModelDecision;
  /**
   * Why a deploy of it fails before it writes anything: the first thing that prevents it,
   * which is among the warnings too.
   */
  readonly blocked?: EdgeError;
}

/** What the next run of a step finds in its cache, unless its inputs differ. */
export type StepCacheForecast = { readonly step: string } & CacheUse;

/**
 * What the model registry says about one project's model for one deploy: asked before the plan,
 * shown by it, carried in it. Plain data, so that a saved plan has it.
 */
export interface ModelDecision {
  /** The registered model. */
  readonly model: string;
  /** The version that the gate found; undefined when none was found, or nobody could be asked. */
  readonly version?: string;
  /** Where it was found: `Production`, `@champion`. */
  readonly place?: string;
  /** The deploy's last act: the version goes to this stage. */
  readonly promotion?: { readonly to: string; readonly replaces?: string };
  /** Why the project can't be deployed. */
  readonly refusal?: EdgeError;
  /** What a person should know, one sentence each. */
  readonly warnings: readonly string[];
  /** The reason that somebody gave for continuing without the gate. */
  readonly without?: string;
}

export interface PlanOptions {
  readonly prune?: boolean;
  /** Compare every field even where the fingerprint says that nothing changed. */
  readonly refresh?: boolean;
  /**
   * Look for what somebody changed by hand in these projects, which a person has named: every field
   * is compared, and what the last deploy decided (AMI, model) stays where nothing else differs.
   */
  readonly closely?: boolean;
  /**
   * All projects of the workspace by name: one that is deployed and not listed here was removed.
   * Undefined where nobody can say which there are: then none counts as removed.
   */
  readonly known: readonly ProjectName[] | undefined;
  /**
   * What the model registry says, by project: a refused project is planned and not deployed.
   * Absent: nobody was asked.
   */
  readonly models?: Readonly<Record<string, ModelDecision>>;
}

export interface Change {
  /**
   * `snapshot`, `environment`, `release`, `schedule` locally; `cluster`, `launch-template`, … on
   * AWS.
   */
  readonly kind: string;
  readonly name: string;
  readonly action: "create" | "update" | "replace" | "remove" | "unchanged";
  /** Field by field for updates; dotted paths. */
  readonly fields: readonly FieldChange[];
  /** Changed by somebody else since the last deploy. */
  readonly drift: boolean;
  /** Something worth a word: what will be built, why it is replaced. */
  readonly note?: string;
}

export interface FieldChange {
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** What prevents it, as a plan warns of it. */
export function errorText({ message, help }: Pick<EdgeError, "message" | "help">): string {
  return help === undefined ? message : `${message}; ${help}`;
}

/** True when applying it would write nothing. */
export function isEmptyPlan(plan: Plan): boolean {
  return plan.projects.every(
    (project) =>
      project.hold !== undefined ||
      project.changes.every((change) => change.action === "unchanged"),
  );
}
