import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Writable } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";

import type { Json } from "../../../src/core/json.ts";

const bundle = fileURLToPath(new URL("../../../dist/notifier/index.mjs", import.meta.url));

/** What the function gave, or why it failed, as Lambda gets it. */
export type Called =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly error: string };

/**
 * The bundled function, run by a bare Node in an environment like Lambda's: nothing of the
 * repository but the one file.
 */
export interface NotifierProcess extends AsyncDisposable {
  /** One call. `requestId`: the same for Lambda's own retries of one event. */
  call(event: Json, options?: { readonly requestId?: string }): Promise<Called>;
  /** What it logged. */
  readonly log: readonly string[];
  /** Ends it at once, whatever it is doing. */
  kill(): Promise<void>;
}

// What stands for Lambda's runtime: a line on stdin is an event, a line on the fourth stream its
// answer.
const runtime = `
import { createInterface } from "node:readline";
import { createWriteStream } from "node:fs";
const { handler } = await import(${JSON.stringify(pathToFileURL(bundle).href)});
const answers = createWriteStream(null, { fd: 3 });
for await (const line of createInterface({ input: process.stdin })) {
  const { id, event, requestId } = JSON.parse(line);
  handler(event, { awsRequestId: requestId, getRemainingTimeInMillis: () => 120000 }).then(
    (value) => answers.write(JSON.stringify({ id, ok: true, value: value ?? null }) + "\\n"),
    (error) => answers.write(JSON.stringify({ id, ok: false, error: error.name + ": " + error.message }) + "\\n"),
  );
}
`;

export async function startNotifier(environment: {
  readonly endpointUrl: string;
  readonly variables: Readonly<Record<string, string>>;
  /** A file with certificates to trust besides the usual ones. */
  readonly certificates?: string;
}): Promise<NotifierProcess> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", runtime], {
    cwd: "/",
    stdio: ["pipe", "pipe", "inherit", "pipe"],
    env: {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "AKIAESTEIRATEST",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "token",
      AWS_ENDPOINT_URL: environment.endpointUrl,
      ...(environment.certificates === undefined
        ? {}
        : { NODE_EXTRA_CA_CERTS: environment.certificates }),
      ...environment.variables,
    },
  });
  const log: string[] = [];
  const output = child.stdio[1] as unknown as NodeJS.ReadableStream;
  createInterface({ input: output }).on("line", (line) => log.push(line));
  const waiting = new Map<number, (called: Called) => void>();
  const [stdin, , , answers] = child.stdio as unknown as [
    Writable,
    unknown,
    unknown,
    NodeJS.ReadableStream,
  ];
  createInterface({ input: answers }).on("line", (line) => {
    const { id, ...called } = JSON.parse(line) as Called & { readonly id: number };
    waiting.get(id)?.(called);
    waiting.delete(id);
  });
  const ended = once(child, "exit");
  let calls = 0;
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  await once(child, "spawn");
  return {
    log,
    call(event, { requestId } = {}) {
      const id = (calls += 1);
      return new Promise((resolve, reject) => {
        waiting.set(id, resolve);
        void ended.then(() => reject(new Error("the function's process ended")));
        const line = { id, event, requestId: requestId ?? `request-${id}` };
        stdin.write(`${JSON.stringify(line)}\n`);
      });
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
