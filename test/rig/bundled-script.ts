import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { buildSync } from "esbuild";

const root = resolve(import.meta.dirname, "../..");
const scripts = join(root, ".cache/scripts");
const made = new Map<string, readonly string[]>();

/**
 * What to start Node with for a script of the tests that is started often: bundled, it
 * reads one file instead of hundreds.
 *
 * @param script as in `new URL("driver.ts", import.meta.url)`
 * @returns arguments of Node, the last of them the script's path
 */
export function bundledScript(script: URL): readonly string[] {
  const known = made.get(script.href);
  if (known !== undefined) return known;
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(script)],
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    minifyWhitespace: true,
    // What tests run in, and a program: neither can be bundled.
    external: ["vitest", "esbuild"],
    banner: {
      js: 'import { createRequire as requireIn } from "node:module"; globalThis.require ??= requireIn(import.meta.url);',
    },
  });
  const [{ contents } = { contents: new Uint8Array() }] = outputFiles;
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 16);
  const path = join(scripts, `${hash}.mjs`);
  if (!existsSync(path)) {
    mkdirSync(scripts, { recursive: true });
    writeFileSync(`${path}.${process.pid}`, contents);
    renameSync(`${path}.${process.pid}`, path);
  }
  const args = ["--no-warnings", path];
  made.set(script.href, args);
  return args;
}
