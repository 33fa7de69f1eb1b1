import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, beforeEach } from "vitest";

import { makeClients } from "../../../src/aws/clients.ts";
import type { Clients, Timing } from "../../../src/aws/context.ts";
import type { Part } from "../../rig/parts.ts";
import { addHeader } from "./middleware.ts";
import { acceleratedTiming } from "./timing.ts";

/** The emulator of AWS, installed and ready to be started. */
export interface Moto {
  readonly python: string;
}

/** The virtual environment that `tools/rig/make-moto.sh` makes; `make test` runs that. */
export function moto(): Part<Moto> {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const environment = `${root}.cache/moto`;
  const made = `${environment}/requirements.txt`;
  const wanted = readFileSync(`${root}tools/rig/requirements-moto.txt`, "utf8");
  if (!existsSync(made) || readFileSync(made, "utf8") !== wanted) {
    return { missing: "moto, the emulator of AWS: `tools/rig/make-moto.sh` installs it" };
  }
  return { python: `${environment}/bin/python` };
}

/** The account that requests act in unless they say otherwise; moto's own. */
export const defaultAccount = "123456789012";

export interface MotoServer {
  /** `http://127.0.0.1:34567` */
  readonly url: string;
  /** Clients that act in an account as its root. Time passes for them a thousand times faster unless `timing` says otherwise. */
  clients(options?: ClientChoice): Clients;
  /** Forgets everything, in all accounts. */
  reset(): Promise<void>;
  /**
   * From now on, moto looks at the policies of who asks. `after`: this many more requests go through unasked.
   * Requests must then carry an access key that moto has given out, see `clients({ credentials })`.
   */
  enforcePolicies(after: number): Promise<void>;
}

export interface ClientChoice {
  readonly account?: string;
  readonly region?: string;
  readonly timing?: Timing;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** Another address in front of the server: a proxy that counts, throttles or cuts. */
  readonly endpointUrl?: string;
}

/**
 * One server for the tests of a file, started before the first and forgetting everything before each of them.
 * Call it in the body of `describeWith`; what it gives is a server in tests and hooks only.
 */
export function useMoto(
  part: () => Moto,
  environment: Record<string, string> = {},
): () => MotoServer {
  let server: Started | undefined;
  const started = (): Started => {
    if (server === undefined) throw new Error("moto runs in tests and hooks only");
    return server;
  };
  beforeAll(async () => {
    server = await startMoto(part(), environment);
  });
  beforeEach(() => started().reset());
  afterAll(() => server?.stop());
  return started;
}

interface Started extends MotoServer {
  stop(): Promise<void>;
}

/** Starts a server; `useMoto` does that for most tests. */
export async function startMoto(
  part: Moto,
  environment: Record<string, string> = {},
): Promise<Started> {
  const script = fileURLToPath(new URL("moto_server.py", import.meta.url));
  const child = spawn(part.python, [script], {
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONWARNINGS: "ignore",
      ...environment,
    },
  });
  const errors: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors.push(text);
    if (errors.length > 200) errors.shift();
  });
  const exited = once(child, "exit");
  const port = await Promise.race([
    once(createInterface({ input: child.stdout }), "line").then(([line]) => String(line)),
    exited.then(() => {
      throw new Error(`moto did not start:\n${errors.join("")}`);
    }),
  ]);
  const url = `http://127.0.0.1:${port}`;

  const post = async (path: string, body?: string) => {
    const response = await fetch(`${url}/moto-api/${path}`, {
      method: "POST",
      ...(body === undefined ? {} : { body }),
    });
    if (!response.ok) throw new Error(`moto: ${path}: ${response.status} ${await response.text()}`);
  };
  let enforcing = false;
  return {
    url,
    async reset() {
      if (enforcing) await post("reset-auth", "inf");
      enforcing = false;
      await post("reset");
    },
    async enforcePolicies(after) {
      enforcing = true;
      await post("reset-auth", String(after));
    },
    clients: (options = {}) => clientsOf(url, options),
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}

function clientsOf(url: string, options: ClientChoice): Clients {
  const account = options.account ?? defaultAccount;
  const clients = makeClients({
    region: options.region ?? "us-east-1",
    endpointUrl: options.endpointUrl ?? url,
    timing: options.timing ?? acceleratedTiming(1000),
    credentials: options.credentials ?? {
      accessKeyId: "AKIAESTEIRATEST",
      secretAccessKey: "secret",
    },
  });
  // With keys that moto has given out it knows the account; with ours it is told.
  return options.credentials === undefined
    ? addHeader(clients, "x-moto-account-id", account)
    : clients;
}
