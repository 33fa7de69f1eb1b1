import { build, type Metafile } from "esbuild";

/**
 * Bundles the notifier, an AWS Lambda function, with everything that it needs into one file,
 * `dist/notifier/index.mjs`. The AWS SDK goes in as well: what was tested is what runs, whatever
 * SDK Lambda's runtime has by then.
 *
 * @param root the repository's folder, absolute
 * @returns which files went in
 */
export async function bundleNotifier(root: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["src/aws/notifier/handler.ts"],
    outfile: "dist/notifier/index.mjs",
    bundle: true,
    platform: "node",
    target: "node22",
    format: "esm",
    mainFields: ["module", "main"],
    minify: true,
    legalComments: "none",
    alias: { "@aws-sdk/credential-provider-node": "./src/aws/notifier/credentials-stub.ts" },
    // Parts of the SDK are CommonJS and ask for Node's modules.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "warning",
    metafile: true,
  });
  return metafile;
}
