import type { PlatformError } from "../platform/port.ts";

/**
 * What the process answers to the shell. The one table: `docs/reference/exit-codes.md` is tested
 * against it.
 */
export const exitCodes = {
  ok: { code: 0, meaning: "Done; for a followed run: it succeeded." },
  failed: {
    code: 1,
    meaning:
      "The run, the deploy of a project, a check or the tests failed; `plan --exit-code`: there is something to change.",
  },
  usage: { code: 2, meaning: "The command line is wrong: unknown command, flag or value." },
  invalid: {
    code: 3,
    meaning: "`config.yaml` or `esteira.yaml` has errors, or what they ask for can't be deployed.",
  },
  notFound: {
    code: 4,
    meaning: "There is no such workspace, project, run, step or deployed release.",
  },
  refused: {
    code: 5,
    meaning:
      "Not done: it needs a confirmation, the state of things doesn't allow it, or this version can't.",
  },
  unavailable: {
    code: 6,
    meaning: "The platform can't be used: unreachable, not permitted, or its store is damaged.",
  },
  internal: {
    code: 70,
    meaning: "A bug in Esteira; the details are in a file that the message names.",
  },
  interrupted: { code: 130, meaning: "Stopped by Ctrl-C or SIGTERM." },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>;

export type Exit = keyof typeof exitCodes;

/** How a command that a platform refused ends. */
export const exitOf = {
  "not-found": "notFound",
  "not-deployed": "notFound",
  conflict: "refused",
  refused: "refused",
  limit: "refused",
  unavailable: "unavailable",
  permission: "unavailable",
  corrupt: "unavailable",
  invalid: "invalid",
  interrupted: "interrupted",
  failed: "failed",
} as const satisfies Record<PlatformError["reason"], Exit>;
