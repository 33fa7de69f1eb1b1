import { withParameters } from "../app/location.ts";
import { shellWord } from "../parts/command.tsx";

/** What a person can do, by the name that addresses have it under. */
export const actionNames = [
  "run",
  "stop",
  "resume",
  "enable",
  "disable",
  "backfill",
  "rollback",
  "promote",
  "deploy",
] as const;

export type ActionName = (typeof actionNames)[number];

/** An action on something: its confirmation is a state of the page's address. */
export interface Action {
  readonly name: ActionName;
  /** The project, or of `stop` and `resume` the run; empty of `deploy`: all projects. */
  readonly of: string;
  /**
   * Of `rollback` the release, of `promote` the model's version, of `run` the run whose parameters
   * are taken; absent: chosen in the dialog.
   */
  readonly to?: string | undefined;
}

/** The address of the page that is shown with an action's confirmation open. */
export function actionAddress({ name, of, to }: Action): string {
  return withParameters({ do: name, of, to });
}

/**
 * The command line that does the same, such as `esteira run recsys -e prd --param top_n=2000`.
 *
 * @param words what follows `esteira`; each is quoted where a shell needs it
 */
export function commandLine(environment: string, ...words: readonly string[]): string {
  const [verb = "", ...rest] = words;
  const until = rest.findIndex((word) => word.startsWith("--"));
  const places = until === -1 ? rest : rest.slice(0, until);
  const flags = until === -1 ? [] : rest.slice(until);
  return ["esteira", verb, ...[...places, "-e", environment, ...flags].map(shellWord)].join(" ");
}
