import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, beforeEach, inject } from "vitest";

import { makeClients } from "../../../src/aws/sdk/clients.ts";
import type { Clients } from "../../../src/aws/sdk/context.ts";
import type { Timing } from "../../../src/core/clock.ts";
import type { Part } from "../../rig/parts.ts";
import { addHeader } from "./middleware.ts";
import { borrow as borrowServer } from "../../rig/lending.ts";
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
  /**
   * Clients that act in an account as its root. Time passes for them a thousand times faster unless
   * `timing` says otherwise.
   */
  clients(options?: ClientChoice): Clients;
  /** Forgets everything, in all accounts. */
  reset(): Promise<void>;
  /**
   * What `make` makes in a server that was asked for nothing since it forgot everything: made once,
   * and put back for all tests of the run that say the same `what`. They can't tell: ids and all
   * are as they were made, as long ago as that was. In a server that was asked for something it is
   * made.
   *
   * @param what names all that what is made depends on
   * @returns what `make` gave, as JSON has it
   */
  prepared<Value extends object>(what: string, make: () => Promise<Value>): Promise<Value>;
  /**
   * From now on, moto looks at the policies of who asks. `after`: this many more requests go
   * through unasked. Requests must then carry an access key that moto has given out, see `clients({
   * credentials })`.
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
  /** Where Step Functions is asked, see `startSfnServer`; all else is asked without a detour. */
  readonly sfnUrl?: string;
}

/**
 * One server for the tests of a file, which forgets everything before each of them, or when it is
 * asked to where tests share what is in it. Call it in the body of `describeWith`; what it gives is
 * a server in tests and hooks only.
 */
export function useMoto(
  part: () => Moto,
  forgets: "before each test" | "when asked" = "before each test",
): () => MotoServer {
  let server: Borrowed | undefined;
  const started = (): Borrowed => {
    if (server === undefined) throw new Error("moto runs in tests and hooks only");
    return server;
  };
  beforeAll(async () => {
    server = await borrow(part());
  });
  if (forgets === "before each test") beforeEach(() => started().reset());
  afterAll(() => server?.giveBack());
  return started;
}

interface Borrowed extends MotoServer {
  readonly giveBack: () => void;
}

async function borrow({ python }: Moto): Promise<Borrowed> {
  const { url, giveBack } = await borrowServer(inject("motoPool"), python);
  const post = async (path: string, body?: string, answers: readonly number[] = []) => {
    const response = await fetch(`${url}/moto-api/${path}`, {
      method: "POST",
      ...(body === undefined ? {} : { body }),
    });
    if (response.ok || answers.includes(response.status)) return response;
    throw new Error(`moto: ${path}: ${response.status} ${await response.text()}`);
  };
  // Anyone who had it before may have left it so.
  let enforcing = true;
  return {
    url,
    async reset() {
      if (enforcing) await post("reset-auth", "inf");
      enforcing = false;
      await post("reset");
    },
    async prepared<Value extends object>(what: string, make: () => Promise<Value>) {
      const [none, touched] = [404, 409];
      const found = await post("put-back", JSON.stringify({ what }), [none, touched]);
      if (found.ok) return (await found.json()) as Value;
      const note = await make();
      if (found.status === none) await post("keep", JSON.stringify({ what, note }));
      return note;
    },
    async enforcePolicies(after) {
      enforcing = true;
      await post("reset-auth", String(after));
    },
    clients: (options = {}) => clientsOf(url, options),
    giveBack,
  };
}

function clientsOf(url: string, { sfnUrl, ...options }: ClientChoice): Clients {
  const clients = clientsAt(url, options);
  if (sfnUrl === undefined) return clients;
  const { sfn } = clientsAt(sfnUrl, options);
  return new Proxy(clients, {
    get: (target, service: keyof Clients) => (service === "sfn" ? sfn : target[service]),
  });
}

function clientsAt(url: string, options: Omit<ClientChoice, "sfnUrl">): Clients {
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
  // With keys that moto has given out it knows the account; with ours it is given.
  return options.credentials === undefined
    ? addHeader(clients, "x-moto-account-id", account)
    : clients;
}
