/**
 * Identifiers are branded strings, made here and nowhere else, so that a project's name can't be
 * where a run's is asked for. Who calls these makers has checked the value, or takes it from a
 * place where it was checked.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A project's `project_name`. */
export type ProjectName = Branded<"ProjectName">;
/** An environment's name: `local`, `dev`, `prd`, or another that the workspace names. */
export type EnvironmentName = Branded<"EnvironmentName">;
/** A step's `id`. */
export type StepId = Branded<"StepId">;
/** A run's name, unique in its environment; on AWS the name of the execution. */
export type RunId = Branded<"RunId">;
/** SHA-256 of a release's canonical JSON, 64 hexadecimal digits. */
export type Fingerprint = Branded<"Fingerprint">;

export const projectName = (value: string): ProjectName => value as ProjectName;
export const environmentName = (value: string): EnvironmentName => value as EnvironmentName;
export const stepId = (value: string): StepId => value as StepId;
export const runId = (value: string): RunId => value as RunId;
export const fingerprint = (value: string): Fingerprint => value as Fingerprint;

/**
 * Names a run so that people can read it and names sort by time: `recsys-20260131T030000Z-4f9a1c`.
 * Fits AWS's execution names (at most 80 characters of `[A-Za-z0-9-_]`).
 *
 * @param at start of the run, milliseconds since the epoch
 * @param entropy at least six characters of `[0-9a-z]` that make runs of the same second differ
 */
export function makeRunId(project: string, at: number, entropy: string): RunId {
  const stamp = new Date(at).toISOString().replace(/\.\d+/, "").replaceAll(/[-:]/g, "");
  return runId(`${project.slice(0, 54)}-${stamp}-${entropy.slice(0, 6)}`);
}
