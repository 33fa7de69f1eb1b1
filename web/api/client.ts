import { type Problem, problemOf } from "./problem.ts";
import { apiWords } from "./words.ts";

/** An answer of the server, or why there is none. */
export type Answered<A> =
  | { readonly ok: true; readonly value: A }
  | { readonly ok: false; readonly problem: Problem };

let csrf = "";

/** Keeps what proves that a change comes from this page and not from another site's. */
export function useCsrf(token: string): void {
  csrf = token;
}

/**
 * Reads a document.
 *
 * @param address path and query below `/api/v1`, such as `/session`
 */
export function read<A>(address: string, signal?: AbortSignal): Promise<Answered<A>> {
  return ask<A>(address, signal === undefined ? {} : { signal });
}

/** Does something, such as starting a run; the answer says what was done and the command for it. */
export function change<A>(address: string, body: object): Promise<Answered<A>> {
  return ask<A>(address, {
    method: "POST",
    headers: { "content-type": "application/json", "x-esteira-csrf": csrf },
    body: JSON.stringify(body),
  });
}

async function ask<A>(address: string, request: RequestInit): Promise<Answered<A>> {
  const response = await fetch(`/api/v1${address}`, request).catch((error: unknown) => error);
  if (!(response instanceof Response)) {
    if (request.signal?.aborted === true) return refused("aborted", "");
    return refused("offline", apiWords().offline, apiWords().offlineHelp);
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return { ok: true, value: body as A };
  const problem = problemOf(body);
  if (problem !== undefined) return { ok: false, problem };
  return refused("failed", apiWords().unreadable(response.status));
}

const refused = (reason: string, message: string, help?: string): Answered<never> => ({
  ok: false,
  problem: { reason, message, help },
});
