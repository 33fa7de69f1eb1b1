import { join } from "node:path";

import type { Metafile } from "esbuild";
import { rolldown } from "rolldown";

/**
 * What is started often, and that a start waits for: entries of the bundle and what they load
 * later.
 */
const started = [
  // Each command begins with these three, in this order.
  "src/main.ts",
  "src/cli/app.ts",
  "together:definitions",
  "src/cli/commands/projects/validate.ts",
  "src/cli/commands/runs/runs.ts",
  "src/cli/commands/runs/status.ts",
  "src/cli/commands/runs/logs.ts",
  "src/cli/commands/runs/run.ts",
  "src/cli/commands/deploys/deploy.ts",
  "src/app/open-local.ts",
];

/** How many of them every command loads. */
const atEachStart = 3;

/**
 * Puts pieces that the same starts load into one file. Finding, reading and linking a file costs
 * Node about half a millisecond, however small it is, and a bundler that only splits leaves a
 * hundred of them a start.
 *
 * @param pieces what esbuild wrote, in the folder `from`
 * @param to the folder of the files, relative to `root` like `from`
 */
export async function putTogether(
  root: string,
  pieces: Metafile["outputs"],
  from: string,
  to: string,
): Promise<void> {
  const loadedBy = new Map(
    started.map((entry) => [entry, loadedWith(pieces, outputOf(pieces, entry))]),
  );
  const nameOf = (piece: string): string | undefined => {
    const path = piece.slice(root.length + 1);
    const starts = started.flatMap((entry, index) =>
      loadedBy.get(entry)?.has(path) === true ? [index] : [],
    );
    const [first] = starts;
    if (first === undefined) return undefined;
    // What the first of all commands' parts loads is there already for all others that need it.
    return `start-${first < atEachStart ? first : starts.join("-")}`;
  };
  const entries = Object.entries(pieces).flatMap(([path, { entryPoint }]) =>
    entryPoint === undefined || path.includes("/chunks/") ? [] : [path],
  );
  const build = await rolldown({
    input: Object.fromEntries(
      entries.map((path) => [path.slice(from.length + 1, -".mjs".length), join(root, path)]),
    ),
    platform: "node",
    preserveEntrySignatures: "allow-extension",
  });
  await build.write({
    dir: join(root, to),
    format: "esm",
    entryFileNames: "[name].mjs",
    chunkFileNames: "chunks/[name]-[hash].mjs",
    minify: { mangle: false, compress: true, codegen: true },
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ name: (piece) => nameOf(piece) ?? null, debugName: "loaded together" }],
    },
  });
  await build.close();
}

/** A piece and all that is loaded with it, not counting what it loads later. */
function loadedWith(pieces: Metafile["outputs"], piece: string): ReadonlySet<string> {
  const loaded = new Set<string>();
  const left = [piece];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (loaded.has(path)) continue;
    loaded.add(path);
    for (const { path: imported, kind, external } of pieces[path]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) left.push(imported);
    }
  }
  return loaded;
}

function outputOf(pieces: Metafile["outputs"], entry: string): string {
  const found = Object.entries(pieces).find(([, { entryPoint }]) => entryPoint === entry);
  if (found === undefined) throw new Error(`the bundle has no ${entry}`);
  return found[0];
}
