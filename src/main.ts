import { start as startCommandLine } from "./cli/main.ts";

/**
 * The program: the command line, and what it can open besides. Here, because the faces of the
 * program don't know each other.
 */
export function start(): Promise<void> {
  return startCommandLine({
    console: async () => (await import("./console/open-console.ts")).consoleFace,
  });
}

if (import.meta.main) await start();
