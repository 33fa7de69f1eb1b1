import { open } from "node:fs/promises";
import { join } from "node:path";

import type { Diagnostic } from "../core/diagnostic.ts";
import { count } from "../core/text.ts";
import type { Found } from "./source-files.ts";

/** What is read of a file that may be a key: its first line says what it is. */
const KEY_BYTES = 4096;

/** Folders in which programs keep credentials. */
const FOLDERS = new Set([".aws", ".azure", ".gcloud", ".kube", ".ssh"]);
/** Files that hold passwords and keys whatever is in them. */
const NAMES = new Set([
  ".git-credentials",
  ".netrc",
  ".npmrc",
  ".pgpass",
  ".pypirc",
  "_netrc",
  "id_dsa",
  "id_ecdsa",
  "id_ed25519",
  "id_rsa",
]);
/** `.env.example` and the like are there to be copied. */
const EXAMPLES = new Set(["dist", "example", "sample", "template"]);

/**
 * A warning about the files whose names say that they hold secrets, and about private keys: they
 * would go into the image and into each snapshot, for everybody who can read those.
 *
 * @param directory absolute path of the project's folder
 */
export async function secretFiles(
  directory: string,
  shownAs: string,
  found: readonly Found[],
): Promise<Diagnostic[]> {
  const paths: string[] = [];
  for (const { kind, path } of found) {
    if (kind !== "file") continue;
    if (holdsSecrets(path) || (mayBeKey(path) && (await isPrivateKey(join(directory, path))))) {
      paths.push(path);
    }
  }
  const [first, ...others] = paths;
  if (first === undefined) return [];
  const also = others.length === 0 ? "" : ` and ${count(others.length, "other file")}`;
  return [
    {
      code: "source/secret-file",
      severity: "warning",
      message: `this${also} ${others.length === 0 ? "looks like a file of secrets" : "look like files of secrets"}, and would go into the image`,
      help: "leave it out in .dockerignore; what steps need is named in runtime.secrets",
      location: { file: `${shownAs}/${first}` },
      related: others.slice(0, 5).map((path) => ({
        message: "looks like one too",
        location: { file: `${shownAs}/${path}` },
      })),
    },
  ];
}

/** By the path alone. */
export function holdsSecrets(path: string): boolean {
  const folders = path.split("/");
  const name = folders.pop() ?? "";
  if (folders.some((folder) => FOLDERS.has(folder))) return true;
  const [dot, env, ...ends] = name.split(".");
  if (dot === "" && env === "env") return !EXAMPLES.has(ends.at(-1) ?? "");
  return NAMES.has(name) || (folders.at(-1) === ".docker" && name === "config.json");
}

/** Certificates, which everybody may see, end like this too. */
function mayBeKey(path: string): boolean {
  return /\.(pem|key|p12|pfx|ppk)$/i.test(path);
}

async function isPrivateKey(path: string): Promise<boolean> {
  if (/\.(p12|pfx|ppk)$/i.test(path)) return true;
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(KEY_BYTES), 0, KEY_BYTES, 0);
    return buffer.toString("latin1", 0, bytesRead).includes("PRIVATE KEY-----");
  } finally {
    await file.close();
  }
}
