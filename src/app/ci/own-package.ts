import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import * as z from "zod";

import { ok, type Result } from "../../core/result.ts";
import { isBundled, packageFile } from "../../platform/package-files.ts";
import { refused, type Failure } from "../failure.ts";
import { version } from "../version.ts";
import type { PackageSource } from "./package-pin.ts";

/**
 * The very package that this Esteira is: the registry's, where the folder that it is installed in
 * says so, else a tarball of what is installed, or of a checkout's build. Asks no network.
 */
export async function ownPackage(): Promise<Result<PackageSource, Failure>> {
  const registry = await fromRegistry();
  if (registry !== undefined) return ok(registry);
  if (!isBundled()) {
    return refused(
      "this Esteira runs from a checkout that isn't built, so that no CI can install it",
      `Build it with \`npm run build\` in ${packageFile("")}, then type \`esteira init\` again.`,
    );
  }
  return packed();
}

const installedLock = z.object({
  packages: z.object({
    "node_modules/esteira": z.object({
      version: z.string(),
      resolved: z.string().regex(/^https:/),
      integrity: z.string().regex(/^sha512-/),
    }),
  }),
});

/** npm notes in `node_modules/` what it put there, and where that came from. */
async function fromRegistry(): Promise<PackageSource | undefined> {
  try {
    const text = await readFile(packageFile("../.package-lock.json"), "utf8");
    const parsed = installedLock.safeParse(JSON.parse(text));
    if (!parsed.success) return undefined;
    const entry = parsed.data.packages["node_modules/esteira"];
    return entry.version === version() ? { kind: "registry", ...entry } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * `npm pack` of what is here, which takes seconds. Where there is a folder `.cache` beside it, as
 * in a checkout, the tarball is kept.
 */
async function packed(): Promise<Result<PackageSource, Failure>> {
  const name = `esteira-${version()}.tgz`;
  const folder = await mkdtemp(join(tmpdir(), "esteira-pack-"));
  const kept = existsSync(packageFile(".cache"))
    ? packageFile(`.cache/packed/${await stampOfFiles()}/${name}`)
    : undefined;
  try {
    if (kept !== undefined && existsSync(kept)) return ok(await tarball(kept));
    const args = ["pack", packageFile(""), "--ignore-scripts", "--pack-destination", folder];
    const { execa } = await import("execa");
    const { exitCode, stderr } = await execa("npm", args, { cwd: folder, reject: false });
    if (exitCode !== 0) {
      return refused(
        `npm could not pack this Esteira for your CI: ${lastLine(stderr) ?? "npm is not installed"}`,
        "With npm on the PATH type `esteira init` again.",
      );
    }
    const made = await tarball(join(folder, name));
    if (kept !== undefined) {
      await mkdir(dirname(kept), { recursive: true });
      await writeFile(`${kept}.${process.pid}`, made.content);
      await rename(`${kept}.${process.pid}`, kept);
    }
    return ok(made);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tarball(file: string): Promise<Extract<PackageSource, { kind: "tarball" }>> {
  const content = await readFile(file);
  const hash = createHash("sha512").update(content).digest("base64");
  return { kind: "tarball", version: version(), content, integrity: `sha512-${hash}` };
}

function lastLine(text: string): string | undefined {
  return text.trim().split("\n").at(-1) || undefined;
}

/** Changes whenever a file that is shipped does. */
async function stampOfFiles(): Promise<string> {
  const hash = createHash("sha256").update(packageFile(""));
  for (const folder of ["bin", "dist", "schemas", "src/local/supervisor"]) {
    const root = packageFile(folder);
    const names = await readdir(root, { recursive: true }).catch((): string[] => []);
    for (const path of [...names.toSorted(), ""]) {
      const { size, mtimeMs } = await stat(join(root, path)).catch(() => ({ size: 0, mtimeMs: 0 }));
      hash.update(`${folder}/${path} ${size} ${mtimeMs}\n`);
    }
  }
  const { mtimeMs } = await stat(packageFile("package.json"));
  return hash.update(String(mtimeMs)).digest("hex").slice(0, 16);
}
