import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A server that runs. */
export interface MotoProcess {
  /** `http://127.0.0.1:34567` */
  readonly url: string;
  readonly child: ChildProcess;
}

/**
 * Starts a server, which lives as long as this process does or until its standard input is closed.
 */
export async function startMotoProcess(python: string): Promise<MotoProcess> {
  const script = fileURLToPath(new URL("moto_server.py", import.meta.url));
  const child = spawn(python, [script], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], PYTHONWARNINGS: "ignore" },
  });
  const errors: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors.push(text);
    if (errors.length > 200) errors.shift();
  });
  const port = await Promise.race([
    once(createInterface({ input: child.stdout }), "line").then(([line]) => String(line)),
    once(child, "exit").then(() => {
      throw new Error(`moto did not start:\n${errors.join("")}`);
    }),
  ]);
  return { url: `http://127.0.0.1:${port}`, child };
}
