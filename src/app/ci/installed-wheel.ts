import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { ok, type Result } from "../../core/result.ts";
import { zipOf, type ZipFile } from "../../platform/zip.ts";
import { refused, type Failure } from "../failure.ts";

/** A Python wheel. */
export interface Wheel {
  /** `esteira_ml-VERSION-py3-none-any.whl`: pip reads what it is from its name. */
  readonly name: string;
  readonly content: Uint8Array;
}

/**
 * The wheel that the distribution `esteira-ml` was installed from, made again of its files: an
 * installer keeps the list of them with their hashes, not the wheel. The same bytes wherever it is
 * installed. https://packaging.python.org/en/latest/specifications/recording-installed-packages/
 *
 * @param sitePackages the folder that it is installed in
 * @returns refused where the list is missing or a file isn't what was installed
 */
export async function installedWheel(sitePackages: string): Promise<Result<Wheel, Failure>> {
  const again = "Install the wheel again, then type `esteira init --python` again.";
  const names = await readdir(sitePackages);
  const info = names.find((name) => /^esteira_ml-[^-]+\.dist-info$/.test(name));
  const read = (path: string) => readFile(join(sitePackages, path)).catch(() => undefined);
  const record = info === undefined ? undefined : await read(`${info}/RECORD`);
  const tag = /^Tag: (\S+)$/m.exec(String(await read(`${info}/WHEEL`)))?.[1];
  if (info === undefined || record === undefined || tag === undefined) {
    return refused(`${sitePackages} has no list of what the wheel esteira-ml installed`, again);
  }
  const files: ZipFile[] = [];
  const lines: string[] = [];
  for (const { path, hash } of recorded(record.toString("utf8"), info)) {
    const content = await read(path);
    if (content === undefined || hashOf(content) !== hash) {
      return refused(`${join(sitePackages, path)} isn't what the wheel installed`, again);
    }
    files.push({ name: path, content });
    lines.push(`${path},${hash},${content.length}\n`);
  }
  const ownRecord = `${info}/RECORD`;
  const text = `${lines.join("")}${ownRecord},,\n`;
  files.push({ name: ownRecord, content: Buffer.from(text) });
  return ok({ name: `${info.slice(0, -".dist-info".length)}-${tag}.whl`, content: zipOf(files) });
}

/**
 * What the wheel itself brought, in the order of the paths: neither what Python compiled nor what
 * the installer noted or made (`INSTALLER`, `direct_url.json`, `../../../bin/esteira`). No path of
 * ours has a comma or a quote.
 */
function recorded(
  record: string,
  info: string,
): readonly { readonly path: string; readonly hash: string }[] {
  const names = ["METADATA", "WHEEL", "entry_points.txt"];
  const own = new Set(names.map((name) => `${info}/${name}`));
  return record
    .split(/\r?\n/)
    .map((line) => line.split(","))
    .flatMap(([path = "", hash = ""]) => (hash === "" ? [] : [{ path, hash }]))
    .filter(
      ({ path }) =>
        own.has(path) ||
        path.startsWith(`${info}/licenses/`) ||
        (path.startsWith("esteira/") && !path.endsWith(".pyc")),
    )
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

/** As a list of installed files has it. */
function hashOf(content: Uint8Array): string {
  return `sha256=${createHash("sha256").update(content).digest("base64url")}`;
}
