import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

import { build, type Plugin } from "vite";

import type { BundledFiles } from "./notices.ts";

/**
 * Builds the console's pages: `dist/web/index.html`, and `assets/` whose names change with what is
 * in them. Beside each file that compresses well lies the same compressed with Brotli.
 *
 * @param root the repository's folder, absolute
 * @returns which files went in
 */
export async function bundleConsole(root: string): Promise<BundledFiles> {
  const inputs: string[] = [];
  // Vite makes another, larger build where this is set to something else: by a test runner, say.
  process.env["NODE_ENV"] = "production";
  await build({
    configFile: false,
    root: join(root, "web"),
    base: "/",
    publicDir: false,
    logLevel: "warn",
    plugins: [paintedByScript, notedInputs(inputs)],
    worker: { format: "es" },
    build: {
      outDir: join(root, "dist/web"),
      emptyOutDir: true,
      target: "es2022",
      // Every byte counts in the first load; the sources are in the repository.
      sourcemap: false,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        output: { codeSplitting: { includeDependenciesRecursively: false, groups } },
      },
      assetsInlineLimit: 0, // the content security policy has no room for data: addresses
      reportCompressedSize: false,
    },
  });
  await compressBeside(join(root, "dist/web"));
  return {
    outputs: {
      "dist/web": {
        inputs: Object.fromEntries(
          inputs.map((path) => [relative(root, path), { bytesInOutput: 1 }]),
        ),
      },
    },
  };
}

const within = (...paths: readonly string[]): RegExp => new RegExp(`/(?:${paths.join("|")})`);

/**
 * What is loaded together: small files compress badly. The first load is one script, a run with its
 * log and artifacts is one, and what is opened later another.
 */
const groups = [
  {
    name: "first",
    test: within(
      String.raw`node_modules/(?:@?preact|@tanstack)`,
      String.raw`web/(?:api|app|base|keys|live|words)/`,
      String.raw`web/pages/fleet/(?!first-project)`,
      String.raw`web/parts/(?:command|controls|dialog|nights|outcome|printing|rows|states|strip|when)`,
      String.raw`web/actions/(?:action\.|actions\.|allowed|done|operation-address)`,
      String.raw`web/palette/(?:opener|state|palette\.css)`,
    ),
  },
  { name: "run", test: within("web/pages/(?:run|log|artifacts)/") },
  { name: "more", test: within("web/(?:pages|palette|actions)/") },
];

/**
 * The page has nothing to show before its script: the first paint waits for it, and for the theme.
 */
const paintedByScript: Plugin = {
  name: "painted-by-script",
  transformIndexHtml: {
    order: "post",
    handler: (html) =>
      html.replace('<script type="module"', '<script type="module" blocking="render"'),
  },
};

const notedInputs = (inputs: string[]): Plugin => ({
  name: "noted-inputs",
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === "chunk") inputs.push(...chunk.moduleIds);
    }
  },
});

async function compressBeside(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(
    (entry) => entry.isFile() && /\.(html|js|css|svg)$/.test(entry.name),
  );
  const compress = promisify(brotliCompress);
  await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      const bytes = await readFile(path);
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      };
      await writeFile(`${path}.br`, await compress(bytes, { params }));
    }),
  );
}
