// `npm run packages`: the list of the packages that are shipped, which a test compares with the
// build's.
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";

/** Where the list is, in the repository. */
export const packagesFile = "tools/bundle/packages.json";

/**
 * The packages that have code in a bundle, without versions, so that only a package that comes,
 * goes or changes its licence changes the list.
 *
 * @param notices text of `THIRD-PARTY-NOTICES.txt`
 * @returns name to licence, by name
 */
export function shippedPackages(notices: string): Readonly<Record<string, string>> {
  const [, ...parts] = notices.split(`\n${"-".repeat(80)}\n\n`);
  const titles = parts.flatMap((part) => part.split("\n\n")[0]?.split("\n") ?? []);
  const packages = titles.map((title): [string, string] => {
    const [, name, licence] = /^(\S+) \S+ \((.+)\)$/.exec(title) ?? [];
    if (name === undefined || licence === undefined) throw new Error(`no package: ${title}`);
    return [name, licence];
  });
  return Object.fromEntries(packages.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, "../..");
  const notices = await readFile(join(root, "dist/THIRD-PARTY-NOTICES.txt"), "utf8");
  const list = `${JSON.stringify(shippedPackages(notices), undefined, 2)}\n`;
  await writeFile(join(root, packagesFile), list);
  process.stdout.write(`${packagesFile} is written: look at what \`git diff\` says of it\n`);
}
