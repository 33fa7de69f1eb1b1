import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

import type { FoundToken, TokenCheck } from "../../app/console/tokens.ts";

/** Somebody who was let in. */
export interface Session {
  /** Name of their token; undefined: they opened the console with its address. */
  readonly person: string | undefined;
  /** What changes have to send along. */
  readonly csrf: string;
  /** The same for all that one browser asks: what is counted. */
  readonly key: string;
}

export interface Sessions {
  /** The code in the address that opens the console; undefined where only tokens open it. */
  readonly code: string | undefined;
  /** Lets somebody in with the code, once; gives the cookie's value. */
  enterWithCode(code: string): string | undefined;
  /** Lets somebody in with their token; gives the cookie's value. */
  enterWithToken(token: string): string | undefined;
  /** Who a cookie or an `Authorization: Bearer` is; undefined: nobody. */
  find(cookie: string | undefined, bearer: string | undefined): Session | undefined;
}

/** People and browsers at the same time; the oldest has to enter again. */
const mostSessions = 1000;

/**
 * Who was let in, in memory only: a console that is opened again asks again. Cookies are kept as
 * their hashes, like the tokens.
 *
 * @param withCode whether the address opens it
 */
export function openSessions(tokens: TokenCheck, withCode: boolean): Sessions {
  const secret = randomBytes(32);
  const known = new Map<string, FoundToken | undefined>();
  const code = withCode ? randomBytes(24).toString("base64url") : undefined;
  let used = false;

  const enter = (token: FoundToken | undefined): string => {
    const cookie = randomBytes(32).toString("base64url");
    const [oldest] = known.keys();
    if (known.size >= mostSessions && oldest !== undefined) known.delete(oldest);
    known.set(hashOf(cookie), token);
    return cookie;
  };
  const sessionOf = (key: string, person: string | undefined): Session => ({
    person,
    key,
    csrf: createHmac("sha256", secret).update(key).digest("base64url"),
  });

  return {
    code,
    enterWithCode(given) {
      if (code === undefined || used || !same(given, code)) return undefined;
      used = true;
      return enter(undefined);
    },
    enterWithToken(token) {
      const found = tokens.find(token);
      return found === undefined ? undefined : enter(found);
    },
    find(cookie, bearer) {
      if (bearer !== undefined) {
        const found = tokens.find(bearer);
        return found === undefined ? undefined : sessionOf(found.hash, found.name);
      }
      if (cookie === undefined) return undefined;
      const key = hashOf(cookie);
      if (!known.has(key)) return undefined;
      const token = known.get(key);
      // Whose token was taken away is out at once, and stays out when they get a new one.
      if (token !== undefined && !tokens.has(token)) {
        known.delete(key);
        return undefined;
      }
      return sessionOf(key, token?.name);
    },
  };
}

/** Compares without telling by its time how much was right. */
export function same(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(one)), Buffer.from(hashOf(other)));
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The cookie's name: browsers give cookies to all ports of a host, so each has its own. */
export function cookieName(port: number): string {
  return `esteira-console-${port}`;
}

/** A week: who closes the browser over night is still in. */
const cookieSeconds = 7 * 86_400;

export function cookieHeader(port: number, value: string, secure: boolean): string {
  const always = `Path=/; Max-Age=${cookieSeconds}; HttpOnly; SameSite=Strict`;
  return `${cookieName(port)}=${value}; ${always}${secure ? "; Secure" : ""}`;
}

/** The value of one cookie of a `Cookie` header. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? "").split(";")) {
    const [key, value] = part.trim().split("=", 2);
    if (key === name && value !== undefined && value !== "") return value;
  }
  return undefined;
}
