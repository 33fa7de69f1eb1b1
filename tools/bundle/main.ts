// `npm run build`: what is shipped, in dist/. With `--analyze` it says what is in it.
import { rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";

import { analyzeMetafile } from "esbuild";

import { noteBuilt } from "./built.ts";
import { bundleConsole } from "./console.ts";
import { bundleNotifier } from "./notifier.ts";
import { thirdPartyNotices } from "./notices.ts";
import { bundleProgram } from "./program.ts";

const root = resolve(import.meta.dirname, "../..");
const dist = join(root, "dist");

const began = new Date();
await rm(dist, { recursive: true, force: true });
const bundles = await Promise.all([bundleProgram(root), bundleNotifier(root)]);
const notices = await thirdPartyNotices(root, [...bundles, await bundleConsole(root)]);
await writeFile(join(dist, "THIRD-PARTY-NOTICES.txt"), notices);
await noteBuilt(root, began);

if (process.argv.includes("--analyze")) {
  for (const bundle of bundles) process.stdout.write(await analyzeMetafile(bundle));
}
