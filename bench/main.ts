/**
 * `npm run bench [-- NAME …]`: measures, judges nothing. Each module gives rows; every comparison
 * is made in one run, in turn with its alternative. Figures worth keeping go into
 * docs/performance.md with the machine they come from.
 */
import { cpus, totalmem } from "node:os";
import process from "node:process";
import type { BenchRow } from "./row.ts";

const modules: Readonly<Record<string, () => Promise<readonly BenchRow[]>>> = {
  start: async () => (await import("./start.ts")).benchStart(),
  validate: async () => (await import("./validate.ts")).benchValidate(),
  steps: async () => (await import("./steps.ts")).benchSteps(),
  durable: async () => (await import("./durable.ts")).benchDurable(),
  states: async () => (await import("./states.ts")).benchStates(),
  runs: async () => (await import("./schedules.ts")).benchRuns(),
  schedules: async () => (await import("./schedules.ts")).benchSchedules(),
  edited: async () => (await import("./edited.ts")).benchEdited(),
  environments: async () => (await import("./environments.ts")).benchEnvironments(),
  console: async () => (await import("./console.ts")).benchConsole(),
  live: async () => (await import("./live.ts")).benchLive(),
  aws: async () => (await import("./aws.ts")).benchAws(),
  pages: async () => (await import("./pages.ts")).benchPages(),
  fleet: async () => (await import("./fleet.ts")).benchFleet(),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in modules));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no benchmark ${unknown.join(", ")}. There are: ${Object.keys(modules).join(", ")}.\n`,
  );
  process.exit(2);
}

const processor = cpus()[0]?.model.trim() ?? "unknown processor";
process.stdout.write(
  `Node ${process.version}, ${cpus().length} × ${processor}, ${Math.round(totalmem() / 2 ** 30)} GiB\n`,
);
for (const [name, run] of Object.entries(modules)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  process.stdout.write(`\n${name}\n`);
  for (const row of await run()) process.stdout.write(`${line(row)}\n`);
}

function line(row: BenchRow): string {
  const ratio = row.alternative === undefined ? "" : `×${(row.ours / row.alternative).toFixed(2)}`;
  const alternative = row.alternative === undefined ? "" : figure(row.alternative, row.unit);
  return `  ${row.name.padEnd(44)} ${figure(row.ours, row.unit).padStart(12)} ${alternative.padStart(12)} ${ratio.padStart(8)}  ${row.note}`;
}

function figure(value: number, unit: string): string {
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}
