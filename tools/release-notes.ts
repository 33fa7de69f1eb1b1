// Prints what CHANGELOG.md says of the version that a tag names, for `gh release create`.
//   node tools/release-notes.ts v0.2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const root = join(import.meta.dirname, "..");
const [tag = ""] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly version: string;
};
const notes = notesOf(readFileSync(join(root, "CHANGELOG.md"), "utf8"), version);
const problem =
  tag !== `v${version}`
    ? `the tag is ${tag} and package.json says ${version}: they must be the same version`
    : notes === undefined
      ? `CHANGELOG.md has no section "## ${version} — YYYY-MM-DD": write the date of the release there`
      : undefined;
if (problem === undefined) {
  process.stdout.write(`${notes}\n`);
} else {
  process.stderr.write(`✗ ${problem}\n`);
  process.exitCode = 1;
}

/** The text below the version's heading, which must have a date. */
function notesOf(changelog: string, wanted: string): string | undefined {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.startsWith(`${wanted} — `));
  const [heading = "", ...lines] = (section ?? "").split("\n");
  if (!/ — \d{4}-\d{2}-\d{2}$/.test(heading)) return undefined;
  return lines.join("\n").trim();
}
