import { createInterface } from "node:readline";

import { start } from "../../cli/cli.ts";

export interface OpenedConsole extends AsyncDisposable {
  /** Where it is, such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** The address that lets somebody in, once. */
  readonly entrance: string;
}

/** The console as it is shipped, over a workspace, on a port of its own. */
export async function openConsole(
  workspace: string,
  environment: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): Promise<OpenedConsole> {
  const child = start(workspace, ["console", "--no-open", "--port", "0", ...flags], environment);
  const lines = createInterface({ input: child.stdout });
  const entrance = await new Promise<string>((resolve, reject) => {
    lines.once("line", resolve);
    void child.then(({ stderr }) => reject(new Error(`the console ended: ${stderr}`)));
  });
  return {
    origin: new URL(entrance).origin,
    entrance,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await child;
    },
  };
}
