import * as z from "zod";

/** The Esteira that a workspace's CI installs, by content. */
export type PackageSource =
  | {
      readonly kind: "registry";
      readonly version: string;
      /** Address of the tarball. */
      readonly resolved: string;
      /** `sha512-…`, as npm writes it. */
      readonly integrity: string;
    }
  | {
      readonly kind: "tarball";
      readonly version: string;
      readonly content: Uint8Array;
      readonly integrity: string;
    };

/** A workspace's folder of packages that are in its repository. */
export const vendorFolder = "vendor";

/** Where the tarball of a source is in the workspace; undefined for a registry's. */
export function vendoredPath(source: PackageSource): string | undefined {
  return source.kind === "tarball" ? `${vendorFolder}/esteira-${source.version}.tgz` : undefined;
}

/**
 * `package.json` and `package-lock.json` of a workspace that has none, for `npm ci`: Esteira
 * depends on no package, so that the lock file has one entry, with the hash of its content.
 * https://docs.npmjs.com/cli/configuring-npm/package-lock-json
 */
export function pinFiles(source: PackageSource): readonly {
  readonly path: string;
  readonly text: string;
}[] {
  const vendored = vendoredPath(source);
  const dependencies = { esteira: vendored === undefined ? source.version : `file:${vendored}` };
  const lock = {
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": { dependencies },
      "node_modules/esteira": {
        version: source.version,
        resolved: source.kind === "registry" ? source.resolved : `file:${vendored}`,
        integrity: source.integrity,
        license: "Apache-2.0",
        bin: { esteira: "bin/esteira.js" },
      },
    },
  };
  return [
    { path: "package.json", text: jsonText({ private: true, dependencies }) },
    { path: "package-lock.json", text: jsonText(lock) },
  ];
}

const manifest = z.object({
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
});
const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({ resolved: z.string().optional(), integrity: z.string().optional() }),
  ),
});

/**
 * What a workspace's own `package.json` and lock file say of Esteira.
 *
 * @returns `written`: nothing but Esteira is in it, so that `init` may write it anew; `pinned`: the
 *   lock file has it with its hash; `unpinned`: somebody's package.json that doesn't
 */
export function pinIn(
  packageJson: string,
  packageLock: string | undefined,
): "written" | "pinned" | "unpinned" {
  const parsed = manifest.safeParse(json(packageJson));
  if (!parsed.success) return "unpinned";
  const { dependencies = {}, devDependencies = {} } = parsed.data;
  const names = Object.keys({ ...dependencies, ...devDependencies });
  const keys = Object.keys(json(packageJson) as object).toSorted();
  if (names.join() === "esteira" && keys.join() === "dependencies,private") return "written";
  const lock = lockFile.safeParse(json(packageLock ?? ""));
  const entry = lock.success ? lock.data.packages["node_modules/esteira"] : undefined;
  return names.includes("esteira") && entry?.integrity !== undefined ? "pinned" : "unpinned";
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
