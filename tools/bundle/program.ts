import { createHash } from "node:crypto";
import { glob, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { build, type Metafile, type Plugin } from "esbuild";

import { putTogether } from "./loaded-together.ts";

/** Where the pieces of the bundle are until they are put together. */
const pieces = ".cache/pieces";

/** Modules that run as a separate process or thread; `entryFile` finds them. */
const started = ["local/evaluator/process", "local/evaluator/guard"];

/**
 * Bundles the program with all of its packages: `dist/main.mjs`, and beside it what each command
 * loads when it is asked for. What is shipped depends on no package, so nothing else is installed
 * with it, and each command reads a few files instead of hundreds.
 *
 * @param root the repository's folder, absolute
 * @returns which files went in
 */
export async function bundleProgram(root: string): Promise<Metafile> {
  await rm(join(root, pieces), { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries([
      ["main", "src/main.ts"],
      ...started.map((module) => [module, `src/${module}.ts`]),
    ]),
    outdir: pieces,
    // To know what a `.js` is, Node looks for the nearest package.json: a quarter of what it costs
    // to find a file.
    outExtension: { ".js": ".mjs" },
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node22.18",
    format: "esm",
    mainFields: ["module", "main"],
    // Names stay, so that the trace in a report of an internal error can be read.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    define: { ESTEIRA_STAMP: JSON.stringify(await stampOf(root)) },
    // Parts of the packages are CommonJS and ask for Node's modules.
    banner: {
      js: 'import { createRequire as requireIn } from "node:module"; const require = requireIn(import.meta.url);',
    },
    plugins: [bundledRequire, definitionsTogether],
    logLevel: "warning",
    metafile: true,
  });
  await putTogether(root, metafile.outputs, pieces, "dist");
  return metafile;
}

/** A hash of all that goes into the bundle; packages by their versions. */
async function stampOf(root: string): Promise<string> {
  const files: string[] = [];
  for await (const file of glob(["src/**/*.ts", "package-lock.json"], { cwd: root })) {
    files.push(file);
  }
  const hash = createHash("sha256");
  for (const file of files.toSorted()) hash.update(await readFile(join(root, file)));
  return hash.digest("hex").slice(0, 32);
}

const ownRequire = "const require = createRequire(import.meta.url);\n";

/** `const { EC2Client } = require("@aws-sdk/client-ec2")` */
const requiredClient = /const \{ (\w+) \} =\s+require\("(@aws-sdk\/client-[\w-]+)"\)/g;

/**
 * The clients of AWS, and what measures text, are loaded with `require` when they are first used.
 * esbuild bundles what a `require` loads that isn't a variable of the module's own. It bundles all
 * of it: of a client's package, which has hundreds of commands, the file with the client itself is
 * named, so that of the commands only those go in that are imported.
 */
const bundledRequire: Plugin = {
  name: "bundled-require",
  setup(bundling) {
    bundling.onLoad(
      { filter: /\/src\/(aws\/sdk\/clients|cli\/render\/text)\.ts$/ },
      async ({ path }) => {
        const source = await readFile(path, "utf8");
        if (!source.includes(ownRequire)) throw new Error(`${path} has no line ${ownRequire}`);
        const contents = source
          .replace(ownRequire, "")
          .replaceAll(requiredClient, 'const { $1 } = require("$2/dist-es/$1.js")');
        return { loader: "ts", contents };
      },
    );
  },
};

/**
 * The definitions of the commands (`…-command.ts`: flags and help) are one file in the bundle,
 * where each would be a file of 500 bytes: the help and completion read all of them.
 */
const definitionsTogether: Plugin = {
  name: "definitions-together",
  setup(bundling) {
    const root = bundling.initialOptions.absWorkingDir ?? ".";
    const commands = `${root}/src/cli/`;
    bundling.onResolve({ filter: /-command\.ts$/ }, ({ kind, importer }) =>
      kind === "dynamic-import" && importer.startsWith(commands)
        ? { path: "definitions", namespace: "together" }
        : undefined,
    );
    bundling.onLoad({ filter: /^definitions$/, namespace: "together" }, async () => {
      const files: string[] = [];
      for await (const file of glob("src/cli/commands/*/*-command.ts", { cwd: root }))
        files.push(file);
      const exports = files.toSorted().map((file) => `export * from "./${file}";\n`);
      return { contents: exports.join(""), resolveDir: root };
    });
  },
};
