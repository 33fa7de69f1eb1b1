import { spawn } from "node:child_process";

import { dockerClient, type ProcessEnvironment } from "./docker-cli.ts";

/**
 * The most memory that a container had, of what the engine reports about once a second, until the
 * signal is given. Undefined where it ended before the first figure, or the client doesn't say.
 *
 * @returns bytes
 */
export async function peakOfContainer(
  name: string,
  environment: ProcessEnvironment,
  signal: AbortSignal,
): Promise<number | undefined> {
  const client = dockerClient(environment);
  if (client === undefined) return undefined;
  const child = spawn(client, ["stats", "--format={{.MemUsage}}", name], {
    env: environment,
    stdio: ["ignore", "pipe", "ignore"],
  });
  // On other signals the client waits for the engine.
  const kill = (): void => void child.kill("SIGKILL");
  if (signal.aborted) kill();
  signal.addEventListener("abort", kill);
  let peak = 0;
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    // Figures come between sequences that clear a terminal; a piece may end inside one.
    rest = (rest + text).slice(-4096);
    for (const [, size, unit] of rest.matchAll(usage)) {
      const bytes = Number(size) * (units[unit ?? ""] ?? 0);
      peak = Math.max(peak, bytes);
    }
    rest = rest.slice(rest.lastIndexOf("\n") + 1);
  });
  await new Promise<void>((resolve) => {
    child.on("error", () => resolve());
    child.on("close", () => resolve());
  });
  signal.removeEventListener("abort", kill);
  return peak === 0 ? undefined : Math.round(peak);
}

/** `12.34MiB / 2GiB` */
const usage = /(?<![\d.])([\d.]+)([KMGT]?i?B) \/ [\d.]+[KMGT]?i?B/g;
const units: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};
