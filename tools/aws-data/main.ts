import { writeFileSync } from "node:fs";

import { xlargesOf } from "../../src/runs/cost/sizes.ts";
import { FAMILIES, REGIONS } from "./families.ts";
import { priceTable, type PriceTable } from "./price-table.ts";
import {
  type DescribedType,
  describedTypes,
  newestPrices,
  regionalPrices,
  SOURCES,
} from "./sources.ts";

// Writes the tables of instance types and of their prices:
// docs/decisions/0008-instance-types-and-prices.md tells of the sources.
// Needs Go, unzip, and moto: `tools/rig/make-moto.sh`.
const root = new URL("../../", import.meta.url);
const moto = new URL(".cache/moto/lib/python3.11/site-packages/", root);
const today = new Date().toISOString().slice(0, 10);
const { types, newest, regions: older } = SOURCES;

const { date, usd: current } = newestPrices();
const regional = regionalPrices(REGIONS);
const known = describedTypes(moto).filter(isKnown);
const names = new Set(known.map(({ InstanceType }) => InstanceType));
writeFileSync(new URL("src/config/instance-types.generated.ts", root), instanceTypesFile());
writeFileSync(new URL("src/runs/cost/prices.generated.ts", root), pricesFile());
console.log(
  `${names.size} types of ${FAMILIES.length} families, prices of ${REGIONS.length} regions`,
);

/** Types that tasks can be placed on, and whose price is known: that they are there is certain. */
function isKnown({ InstanceType: name, BareMetal }: DescribedType): boolean {
  const wanted = FAMILIES.includes(name.split(".")[0] ?? "");
  return wanted && current.has(name) && (!BareMetal || name === "g4dn.metal");
}

function instanceTypesFile(): string {
  const rows = FAMILIES.map((family) => {
    const members = known.filter(({ InstanceType: name }) => name.split(".")[0] === family);
    const [first] = members;
    if (first === undefined) throw new Error(`there is no ${family}`);
    const architecture = first.ProcessorInfo.SupportedArchitectures.find((a) => a !== "i386");
    const sizes = members
      .toSorted((a, b) => gpusOf(a) - gpusOf(b) || memoryOf(a) - memoryOf(b))
      .map((type) => {
        const size = type.InstanceType.split(".")[1] ?? "";
        const gpus = gpusOf(type) === 0 ? "" : `:${gpusOf(type)}`;
        return `${size}:${type.VCpuInfo.DefaultVCpus}:${memoryOf(type)}${gpus}`;
      });
    return `  ${key(family)}: "${architecture} ${sizes.join(" ")}",`;
  });
  return [
    `// Written by tools/aws-data on ${today}: do not edit.`,
    `// Source: ${types.name} ${types.version} (${types.registry}), its answers of DescribeInstanceTypes.`,
    "",
    "/** A family's architecture, then its sizes: `size:vcpus:memoryMib[:gpus]`. */",
    "export const FAMILIES: Readonly<Record<string, string>> = {",
    ...rows,
    "};",
    "",
  ].join("\n");
}

function pricesFile(): string {
  const tables = REGIONS.map((region) => {
    const usd = region === "us-east-1" ? current : stillTrue(regional.get(region) ?? new Map());
    const wanted = new Map([...usd].filter(([type]) => names.has(type)));
    const day = region === "us-east-1" ? date : older.date;
    return [
      `  ${key(region)}: {`,
      `    date: "${day}",`,
      ...priceRows(priceTable(wanted, FAMILIES, xlargesOf)),
      "  },",
    ].join("\n");
  });
  return [
    `// Written by tools/aws-data on ${today}: do not edit.`,
    `// Sources: us-east-1 from ${newest.module} ${newest.version};`,
    `// the other regions from ${older.module} ${older.version}.`,
    "",
    "/** US dollars an hour, on demand, Linux. */",
    "export const PRICES = {",
    ...tables,
    "};",
    "",
  ].join("\n");
}

/**
 * Older prices that probably still hold. AWS seldom changes a price, and then in many regions: a
 * type whose price in us-east-1 has changed since (families p4 and p5, by a third and more) is left
 * out.
 */
function stillTrue(usd: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const then = regional.get("us-east-1");
  return new Map(
    [...usd].filter(([type]) => {
      const before = then?.get(type) ?? 0;
      const now = current.get(type) ?? 0;
      return Math.abs(before - now) <= now * 0.001;
    }),
  );
}

function priceRows({ families, types: others }: PriceTable): string[] {
  return [
    "    families: {",
    ...wrapped(families),
    "    },",
    "    types: {",
    ...wrapped(others),
    "    },",
  ];
}

/** Entries of an object, as many on a line as fit. */
function wrapped(entries: Readonly<Record<string, number>>): string[] {
  const lines: string[] = [];
  let line = "";
  for (const [name, value] of Object.entries(entries)) {
    const entry = ` ${key(name)}: ${value},`;
    if (line.length + entry.length > 93) {
      lines.push(`     ${line}`);
      line = "";
    }
    line += entry;
  }
  return line === "" ? lines : [...lines, `     ${line}`];
}

function key(name: string): string {
  return /^[a-z][a-z0-9]*$/.test(name) ? name : `"${name}"`;
}

function gpusOf(type: DescribedType): number {
  return (type.GpuInfo?.Gpus ?? []).reduce((sum, { Count }) => sum + Count, 0);
}

function memoryOf(type: DescribedType): number {
  return type.MemoryInfo.SizeInMiB;
}
