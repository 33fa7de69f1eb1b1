import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";

import type { TestProject } from "vitest/node";

import { type MotoProcess, startMotoProcess } from "./moto-process.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the run lends out its servers; see `borrowMoto`. */
    motoPool: number;
  }
}

/**
 * Lends the emulator's servers out to the test files of a run: starting one and having it load what
 * it answers with takes seconds, making it forget takes none. As many are started as files run side
 * by side; one at least that needs one. Vitest calls it before the first file, and what it gives
 * after the last.
 */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const free: MotoProcess[] = [];
  const all: MotoProcess[] = [];

  const lend = async (borrower: Socket, python: string): Promise<void> => {
    const found = free.pop();
    const lent = found ?? (await startMotoProcess(python));
    if (found === undefined) all.push(lent);
    // Whatever becomes of the borrower, its end of the connection ends with it.
    borrower.once("close", () => {
      if (lent.child.exitCode === null) free.push(lent);
    });
    borrower.write(`${JSON.stringify({ url: lent.url })}\n`);
  };
  const pool = createServer((borrower) => {
    borrower.on("error", () => undefined);
    createInterface({ input: borrower }).once("line", (python) => {
      lend(borrower, python).catch((error: unknown) => {
        borrower.end(`${JSON.stringify({ error: String(error) })}\n`);
      });
    });
  });
  pool.listen(0, "127.0.0.1");
  await once(pool, "listening");
  provide("motoPool", (pool.address() as AddressInfo).port);

  return async () => {
    pool.close();
    const running = all.filter(({ child }) => child.exitCode === null);
    for (const { child } of running) child.stdin?.end();
    await Promise.all(running.map(({ child }) => once(child, "exit")));
  };
}

/**
 * A server of the run's that nobody else uses until it is given back; it may remember what the one
 * before asked of it.
 */
export async function borrowMoto(
  port: number,
  python: string,
): Promise<{ readonly url: string; readonly giveBack: () => void }> {
  const connection = connect(port, "127.0.0.1");
  connection.write(`${python}\n`);
  const [line] = (await once(createInterface({ input: connection }), "line")) as [string];
  const answer = JSON.parse(line) as { readonly url?: string; readonly error?: string };
  if (answer.url === undefined) throw new Error(answer.error);
  return {
    url: answer.url,
    giveBack: () => void connection.destroy(),
  };
}
