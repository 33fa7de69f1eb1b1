/** Why an answer isn't there, in the form of the command line's diagnoses. */
export interface Problem {
  /** Stable word, such as `not-found`; `offline`: the server can't be reached. */
  readonly reason: string;
  readonly message: string;
  /** What to do next; absent: nothing is known. */
  readonly help: string | undefined;
}

/** The server's error document, `undefined` for what isn't one. */
export function problemOf(body: unknown): Problem | undefined {
  const error = (body as { readonly error?: Partial<Problem> | null } | null)?.error;
  if (typeof error?.message !== "string" || typeof error.reason !== "string") return undefined;
  return { reason: error.reason, message: error.message, help: error.help ?? undefined };
}
