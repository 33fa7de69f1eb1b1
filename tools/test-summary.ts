/**
 * Prints the count of a test run as one plain line, `N passed, N failed` (`, N skipped` follows
 * where some were), from the files that the runners left: vitest's JSON and pytest's JUnit XML.
 * Exits with 1 when something failed, when nothing ran, or, in CI, when a test was skipped.
 *
 *     node tools/test-summary.ts RESULTS
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { countJunit, countVitest, verdict } from "./test-counts.ts";

const folder = process.argv[2] ?? ".cache/test-results";
const files = existsSync(folder) ? readdirSync(folder).toSorted() : [];
const read = (file: string): string => readFileSync(join(folder, file), "utf8");

const counts = [
  countVitest(files.includes("vitest.json") ? read("vitest.json") : undefined),
  ...files.filter((file) => file.endsWith(".xml")).map((file) => countJunit(read(file))),
];

const { line, problem } = verdict(counts, { ci: Boolean(process.env["CI"]) });
if (problem !== undefined) process.stdout.write(`✗ ${problem}\n`);
process.stdout.write(`${line}\n`);
process.exitCode = problem === undefined ? 0 : 1;
