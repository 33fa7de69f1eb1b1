import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Moto, loaded: it takes seconds. */
export interface LoadedMoto {
  /**
   * Starts a server that remembers nothing, which lives as long as this process does or until
   * `end`.
   *
   * @returns `http://127.0.0.1:34567`
   */
  readonly start: () => Promise<string>;
  /** Ends all servers. */
  readonly end: () => Promise<void>;
}

/**
 * Loads moto in a separate process. What goes wrong there is said by the first `start`.
 *
 * @param python of the environment that `tools/rig/make-moto.sh` makes
 */
export function loadMoto(python: string): LoadedMoto {
  const script = fileURLToPath(new URL("moto_server.py", import.meta.url));
  const child = spawn(python, [script], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], PYTHONWARNINGS: "ignore" },
  });
  child.stdin.on("error", () => undefined); // it is gone: `start` says why
  const errors: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors.push(text);
    if (errors.length > 200) errors.shift();
  });
  const exited = once(child, "exit");
  const ports = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  return {
    start() {
      // One after the other: each port is the answer to one line.
      const started = last.then(async () => {
        child.stdin.write("start\n");
        const { value: port, done } = await ports.next();
        if (done === true) throw new Error(`moto did not start:\n${errors.join("")}`);
        return `http://127.0.0.1:${port}`;
      });
      last = started.catch(() => undefined);
      return started;
    },
    async end() {
      child.stdin.end();
      await exited;
    },
  };
}
