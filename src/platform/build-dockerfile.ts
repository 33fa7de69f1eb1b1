import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { type BuildClient, withCacheMounts } from "./cache-mounts.ts";
import { findProgram } from "./find-program.ts";

type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/** Asks the `docker` client for itself; without asking an engine. */
export async function buildClient(environment: ProcessEnvironment): Promise<BuildClient> {
  const [version, buildx] = await Promise.all([
    answerOf(["--version"], environment),
    answerOf(["buildx", "version"], environment),
  ]);
  return {
    version: version ?? "",
    buildx: buildx !== undefined,
    setting: environment["DOCKER_BUILDKIT"],
  };
}

async function answerOf(
  args: readonly string[],
  environment: ProcessEnvironment,
): Promise<string | undefined> {
  const client = findProgram("docker", environment);
  if (client === undefined) return undefined;
  const { execa } = await import("execa");
  const { exitCode, stdout } = await execa(client, args, {
    env: environment,
    extendEnv: false,
    stdin: "ignore",
    reject: false,
    timeout: 10_000,
  });
  return exitCode === 0 ? stdout : undefined;
}

/**
 * Gives `work` the Dockerfile to build with: the project's, or where BuildKit builds, and it asks
 * for caches or installs from a private index, one with their mounts. That one is outside the
 * context, which stays what the source hash is of, and gone when `work` is done.
 *
 * @param dockerfile its path in `context`
 */
export async function withBuildDockerfile<Value>(
  context: string,
  dockerfile: string,
  { buildKit, index }: { readonly buildKit: boolean; readonly index: boolean },
  work: (path: string) => Promise<Value>,
): Promise<Value> {
  const original = join(context, dockerfile);
  // A file that can't be read is the client's to report.
  const text = buildKit ? await readFile(original, "utf8").catch(() => "") : "";
  const cached = withCacheMounts(text);
  const mounted = index && buildKit ? await mountsOf(cached ?? text) : cached;
  if (mounted === undefined || mounted === text) return work(original);
  const folder = await mkdtemp(join(tmpdir(), "esteira-dockerfile-"));
  try {
    const path = join(folder, basename(dockerfile));
    await writeFile(path, mounted);
    // BuildKit looks for it beside the Dockerfile that it is given.
    await cp(`${original}.dockerignore`, `${path}.dockerignore`).catch(() => undefined);
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function mountsOf(dockerfile: string): Promise<string> {
  const { withIndexMounts } = await import("./index-mounts.ts");
  return withIndexMounts(dockerfile);
}
