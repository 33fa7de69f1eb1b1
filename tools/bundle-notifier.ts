// Bundles the notifier, an AWS Lambda function, with everything that it needs into one file:
// dist/notifier/index.mjs. The AWS SDK goes in as well: what was tested is what runs, whatever SDK
// Lambda's runtime has by then.
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const path = (relative: string): string =>
  fileURLToPath(new URL(`../${relative}`, import.meta.url));

await build({
  entryPoints: [path("src/aws/notifier/handler.ts")],
  outfile: path("dist/notifier/index.mjs"),
  absWorkingDir: path("."),
  bundle: true,
  platform: "node",
  target: "node22",
  format: "esm",
  mainFields: ["module", "main"],
  minify: true,
  legalComments: "none",
  alias: { "@aws-sdk/credential-provider-node": path("src/aws/notifier/credentials-stub.ts") },
  // Parts of the SDK are CommonJS and ask for Node's modules.
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
  logLevel: "warning",
  metafile: process.argv.includes("--analyze"),
});
