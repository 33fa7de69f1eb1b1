import { once } from "node:events";
import { createInterface } from "node:readline";

import { start } from "../../cli/cli.ts";

/** `esteira console --no-open` over a workspace. */
export interface RealConsole extends AsyncDisposable {
  /** The address that lets a browser in, once. */
  readonly address: string;
}

/**
 * Starts a console over a workspace and waits for its address, which it prints alone on a line.
 *
 * @param inputs more flags, such as `--read-only`
 */
export async function realConsole(
  cwd: string,
  inputs: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<RealConsole> {
  const process = start(cwd, ["console", "--no-open", ...inputs], environment);
  const lines = createInterface({ input: process.stdout });
  const ended = process.then(({ stderr }) => {
    throw new Error(`the console has ended: ${stderr}`);
  });
  const [address] = (await Promise.race([once(lines, "line"), ended])) as [string];
  ended.catch(() => {}); // it ends at the end of the test
  return {
    address,
    [Symbol.asyncDispose]: async () => {
      process.kill("SIGINT");
      await process;
    },
  };
}
