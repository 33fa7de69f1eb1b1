import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";

import { packageFile } from "../../platform/package-files.ts";
import { zipOf } from "../../platform/zip.ts";

/** The notifier as Lambda takes it. */
export interface NotifierCode {
  readonly zip: Buffer;
  /** As Lambda gives it for a function: SHA-256 of the zip, in Base64. */
  readonly sha256: string;
}

const bundle = packageFile("dist/notifier/index.mjs");

let made: NotifierCode | undefined;

/** The bundled function. It comes with the package; in a working copy the build makes it. */
export function notifierCode(): NotifierCode {
  if (made !== undefined) return made;
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing: run \`npm run build\``);
  const zip = zipOf([{ name: "index.mjs", content: readFileSync(bundle) }]);
  made = { zip, sha256: createHash("sha256").update(zip).digest("base64") };
  return made;
}
