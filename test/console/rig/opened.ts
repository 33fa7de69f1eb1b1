import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import type { BrowserContextOptions } from "playwright-core";

import { start } from "../../cli/cli.ts";

/** A console that a test talks to, as a browser does that was let in by its address. */
export interface OpenConsole extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly base: string;
  /** What it printed on stdout, whole. */
  readonly address: string;
  /** `name=value` of the cookie. */
  readonly cookie: string;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** With all that a page sends along. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

/** Starts `esteira console --no-open` on a free port and lets a browser in. */
export async function openedConsole(
  cwd: string,
  inputs: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<OpenConsole> {
  const child = start(cwd, ["console", "--no-open", "--port", "0", ...inputs], environment);
  const lines = createInterface({ input: child.stdout });
  const first = Promise.withResolvers<string>();
  lines.once("line", first.resolve);
  void child.then(({ stderr }) => first.reject(new Error(`the console has ended: ${stderr}`)));
  const address = await first.promise;
  const base = new URL(address).origin;
  const cookie = address.includes("code=") ? await enter(address) : "";
  const get: OpenConsole["get"] = (path, headers = {}) =>
    fetch(`${base}${path}`, { headers: { cookie, ...headers }, redirect: "manual" });
  let csrf: string | undefined;
  return {
    base,
    address,
    cookie,
    get,
    async post(path, body, headers = {}) {
      if (csrf === undefined && cookie !== "") {
        const session = (await (await get("/api/v1/session")).json()) as { readonly csrf: string };
        ({ csrf } = session);
      }
      return fetch(`${base}${path}`, {
        method: "POST",
        headers: {
          cookie,
          origin: base,
          "content-type": "application/json",
          "x-esteira-csrf": csrf ?? "",
          ...headers,
        },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child;
    },
  };
}

/** For a context of a browser: it was let in by the address already, which opens a console once. */
export function letIn({ base, cookie }: OpenConsole): Pick<BrowserContextOptions, "storageState"> {
  const [name = "", value = ""] = cookie.split("=", 2);
  const kept = { expires: -1, httpOnly: true, secure: false, sameSite: "Strict" } as const;
  const { hostname: domain } = new URL(base);
  return {
    storageState: { cookies: [{ name, value, domain, path: "/", ...kept }], origins: [] },
  };
}

/** Follows the address that was printed; gives the cookie that it came to. */
async function enter(address: string): Promise<string> {
  const answer = await fetch(address, { redirect: "manual" });
  const [cookie = ""] = (answer.headers.get("set-cookie") ?? "").split(";");
  return cookie;
}

/**
 * Asks again until it is so: what runs elsewhere comes to its end in its own time. It leaves a
 * pause, because the console answers a person 100 times a second.
 */
export async function until<Value>(
  ask: () => Promise<Value>,
  isSo: (value: Value) => boolean,
): Promise<Value> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const value = await ask();
    if (isSo(value)) return value;
    if (Date.now() > deadline) throw new Error(`it never came to that: ${JSON.stringify(value)}`);
    await sleep(50);
  }
}
