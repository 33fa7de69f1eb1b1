import { spawn } from "node:child_process";
import { once } from "node:events";

import type { AwsEnvironment } from "../../../src/config/model.ts";
import { bundledScript } from "../../rig/bundled-script.ts";

/** What `deploy-once.ts` is given. */
export interface Doing {
  readonly endpointUrl: string;
  readonly environment: AwsEnvironment;
  readonly project: string;
  /** All projects that there are, so that the others aren't considered gone. */
  readonly known: readonly string[];
  /** How many times faster than it does time passes for it. */
  readonly factor: number;
}

export interface Deploying {
  /** Gives it its task, once. */
  deploy(doing: Doing): void;
  /** By a signal that it can't catch. */
  kill(): void;
  /** What it printed, once it has ended; `signal` when it was killed. */
  readonly ended: Promise<{ readonly signal: string | null; readonly printed: string }>;
}

/**
 * A process that deploys, when it gets its task; those that share a cache start in half of the time
 * once one has come to its end.
 */
export function startProcess(cache: string): Deploying {
  const script = bundledScript(new URL("deploy-once.ts", import.meta.url));
  const child = spawn(process.execPath, [...script], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });
  const printed: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => printed.push(text));
  const ended = once(child, "close").then(([, signal]) => ({
    signal: signal as string | null,
    printed: printed.join(""),
  }));
  return {
    deploy: (doing) => void child.stdin.end(JSON.stringify(doing)),
    kill: () => void child.kill("SIGKILL"),
    ended,
  };
}
