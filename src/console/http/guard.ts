import type { Failure } from "../../app/failure.ts";
import type { Limiter } from "./rates.ts";
import type { Origins } from "./origins.ts";
import { same, type Session } from "./sessions.ts";

/** A request that isn't answered: why, and the status that says so. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 413 | 421 | 429;
  readonly failure: Failure;
  /** Seconds after which it may be asked again. */
  readonly retryAfter?: number;
}

/** What is looked at of a request before anything is done for it. */
export interface Asked {
  readonly method: string;
  readonly header: (name: string) => string | undefined;
}

/** Who calls from a page of somebody else's, or by a name of somebody else's. */
export function checkPlace(asked: Asked, origins: Origins): Refusal | undefined {
  const host = asked.header("host");
  if (!origins.isHost(host)) {
    return refusal(421, {
      message: `this console isn't ${shown(host)}`,
      help: "Open it by the address that it printed; where a proxy is in front of it, start it with `--origin`.",
    });
  }
  const site = asked.header("sec-fetch-site");
  const navigates = asked.header("sec-fetch-mode") === "navigate" && asked.method === "GET";
  const origin = asked.header("origin");
  const elsewhere = origin !== undefined && !origins.isOrigin(origin);
  const across = site === "cross-site" || site === "same-site";
  if (elsewhere || (across && !navigates)) {
    return refusal(403, {
      message: "this was asked by a page of another site",
      help: "Only the console's own pages may ask it anything.",
    });
  }
  return undefined;
}

/** A change is asked for by one of our pages, by somebody who may, and on purpose. */
export function checkChange(
  asked: Asked,
  origins: Origins,
  session: Session,
  { changes, because }: { readonly changes: boolean; readonly because: string },
): Refusal | undefined {
  // A program with a token isn't a browser that somebody else's page could make ask.
  const program = bearerOf(asked.header("authorization")) !== undefined;
  if (!program && !origins.isOrigin(asked.header("origin"))) {
    return refusal(403, {
      message: "this was not asked by a page of the console",
      help: "Reload the page and try again.",
    });
  }
  if (!program && !same(asked.header("x-esteira-csrf") ?? "", session.csrf)) {
    return refusal(403, {
      message: "the page is older than the console: its token for changes isn't known",
      help: "Reload the page and try again.",
    });
  }
  if (!changes) {
    return refusal(403, { message: "this console is read-only", help: because });
  }
  return undefined;
}

/** The token of `Authorization: Bearer TOKEN`. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer (\S.*)$/i.exec(authorization ?? "")?.[1];
}

/** Nobody is known by this cookie or token. */
export function unknownPerson(tokens: boolean): Refusal {
  return refusal(401, {
    message: "nobody is known by this",
    help: tokens
      ? "Enter your token at /login; `esteira console token add NAME` makes one."
      : "Open the console by the address that it printed; `esteira console` prints a new one.",
  });
}

export function tooOften(limiter: Limiter, key: string): Refusal | undefined {
  const taken = limiter.take(key);
  if (taken.ok) return undefined;
  const { retryAfter } = taken;
  return {
    ...refusal(429, {
      message: "that is more than the console answers",
      help: `Ask again in ${retryAfter} s.`,
    }),
    retryAfter,
  };
}

export function refusal(
  status: Refusal["status"],
  { message, help }: { readonly message: string; readonly help: string },
): Refusal {
  const reason =
    status === 401 || status === 403 ? "permission" : status === 429 ? "limit" : "refused";
  return { status, failure: { exit: "refused", reason, message, help } };
}

function shown(host: string | undefined): string {
  return host === undefined ? "named" : JSON.stringify(host.slice(0, 100));
}
