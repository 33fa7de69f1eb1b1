import { ok, type Result } from "../core/result.ts";
import { failed, type Failure } from "./failure.ts";
import type { Host } from "./host.ts";

const timeoutMs = 10_000;

/**
 * The registry that npm is configured with, as npm itself says it.
 *
 * @returns its address, with a slash at its end
 */
export async function npmRegistry({
  environment,
  cwd,
}: Pick<Host, "environment" | "cwd">): Promise<Result<string, Failure>> {
  const { execa } = await import("execa");
  const asked = await execa("npm", ["config", "get", "registry"], {
    cwd,
    env: environment,
    extendEnv: false,
    timeout: timeoutMs,
    reject: false,
  });
  const address = asked.stdout?.trim() ?? "";
  if (asked.failed || !/^https?:\/\//.test(address)) {
    return failed({
      exit: "unavailable",
      reason: "unavailable",
      message: "npm does not say which registry it is configured with",
      help: "see what `npm config get registry` answers here; all other commands work without it",
    });
  }
  return ok(address.endsWith("/") ? address : `${address}/`);
}

/** Asks a registry for the newest version of Esteira; one request. */
export async function newestVersion(registry: string): Promise<Result<string, Failure>> {
  const unavailable = (why: string): Result<string, Failure> =>
    failed({
      exit: "unavailable",
      reason: "unavailable",
      message: `${registry} does not say what the newest version of Esteira is: ${why}`,
      help: "look at npm's setting `registry`, and at the network's `HTTPS_PROXY`; all other commands work without it",
    });
  let response: Response;
  try {
    response = await fetch(new URL("esteira/latest", registry), {
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return unavailable(cause instanceof Error ? cause.message : String(cause));
  }
  if (response.status === 404) return unavailable("it has no package esteira");
  if (!response.ok) return unavailable(`it answered ${response.status}`);
  const answer: unknown = await response.json().catch(() => undefined);
  const version =
    typeof answer === "object" && answer !== null && "version" in answer
      ? answer.version
      : undefined;
  if (typeof version !== "string" || !/^\d+\.\d+\.\d+[\w.+-]{0,50}$/.test(version)) {
    return unavailable("its answer has no version");
  }
  return ok(version);
}

/** Whether a version is a later release than another: `0.10.0` than `0.9.1`. */
export function isNewer(version: string, than: string): boolean {
  const a = version.split(/[-+]/)[0]!.split(".").map(Number);
  const b = than.split(/[-+]/)[0]!.split(".").map(Number);
  const differs = a.findIndex((part, index) => part !== b[index]);
  return differs !== -1 && a[differs]! > (b[differs] ?? 0);
}
