import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Licences under which a package may be bundled: all that they ask for is their text. */
const allowed = new Set([
  "MIT",
  "Apache-2.0",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
  "MIT-0",
]);

/** Which files went into a bundle: the part of esbuild's description that is needed here. */
export interface BundledFiles {
  readonly outputs: Readonly<
    Record<
      string,
      { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }
    >
  >;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/**
 * The text of THIRD-PARTY-NOTICES.txt: each package that has code in a bundle, with its licence
 * word for word. Packages with the same text stand together.
 *
 * @param root the repository's folder, absolute
 * @param bundles which files went into each bundle
 * @throws Error when a package has no licence of those that may be bundled, or no text of it
 */
export async function thirdPartyNotices(
  root: string,
  bundles: readonly BundledFiles[],
): Promise<string> {
  // Esteira's own licence is the same.
  const apache = (await readFile(join(root, "LICENSE"), "utf8")).trim();
  const packages = new Map<string, string[]>();
  for (const folder of bundledPackages(bundles)) {
    const { title, text } = await licenceOf(join(root, folder), apache);
    packages.set(text, [...(packages.get(text) ?? []), title]);
  }
  const parts = [...packages].map(([text, titles]) => `${titles.join("\n")}\n\n${text}\n`);
  const rule = `\n${"-".repeat(80)}\n\n`;
  return ["Esteira is shipped as a bundle that contains code of these packages.\n", ...parts].join(
    rule,
  );
}

/** Folders of the packages that gave a byte to a bundle: `node_modules/yaml`. */
function bundledPackages(bundles: readonly BundledFiles[]): readonly string[] {
  const inputs = bundles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) =>
      Object.entries(output.inputs)
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .map(([path]) => path),
    ),
  );
  const folders = inputs.flatMap(
    (path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
  );
  return [...new Set(folders)].toSorted();
}

async function licenceOf(
  folder: string,
  apache: string,
): Promise<{ readonly title: string; readonly text: string }> {
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
  const { name, version, license = "" } = manifest;
  if (!allowed.has(license)) {
    throw new Error(`${name} ${version} can't be bundled: its licence is ${license || "not said"}`);
  }
  const files = (await readdir(folder)).filter((file) =>
    /^(licen[cs]e|notice|copying)/i.test(file),
  );
  const texts = await Promise.all(
    files.toSorted().map(async (file) => (await readFile(join(folder, file), "utf8")).trim()),
  );
  // Some packages name their licence and leave its text out.
  if (texts.length === 0 && license === "Apache-2.0") texts.push(apache);
  if (texts.length === 0) throw new Error(`${name} ${version} comes without its licence's text`);
  return { title: `${name} ${version} (${license})`, text: texts.join("\n\n") };
}
