import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";

import { ownValue } from "../../core/own.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { SecretAddress, SecretStore, StoredSecret } from "../../platform/roles/secrets.ts";
import { entriesOf } from "../engine/environment-file.ts";
import { secretPlace, type SecretPlace } from "../engine/secret-places.ts";
import { guarded } from "../errors.ts";
import { withLock } from "../executors/lock.ts";
import type { Layout } from "../layout.ts";
import { changeVariable } from "./change-variable.ts";

/**
 * The secrets of this machine: one file a project, and one for those that projects share.
 *
 * @param environment of this process, whose variables go before what is kept
 */
export function localSecrets(
  layout: Layout,
  environment: Readonly<Record<string, string | undefined>>,
): SecretStore {
  const change = (
    address: SecretAddress,
    value: string | undefined,
  ): Promise<Result<boolean, PlatformError>> =>
    guarded(layout, async () => {
      await mkdir(layout.secrets, { recursive: true, mode: 0o700 });
      // Two terminals at once must not lose each other's secret.
      const lock = join(layout.secrets, ".lock");
      return withLock(
        lock,
        () => undefined,
        () => writeSecret(layout, placeOf(layout, address), value),
      );
    });

  return {
    placeOf: (address) => {
      const { file, name } = placeOf(layout, address);
      return { where: relative(layout.root, file), name };
    },
    isOverridden: (variable) => ownValue(environment, variable) !== undefined,
    stored: () => guarded(layout, () => storedSecrets(layout)),
    async set(address, value) {
      const done = await change(address, value);
      return done.ok ? ok(done.value ? "replaced" : "created") : done;
    },
    async remove(address) {
      const done = await change(address, undefined);
      return done.ok ? ok(done.value ? "removed" : "absent") : done;
    },
  };
}

function placeOf(layout: Layout, { owner, variable, reference }: SecretAddress): SecretPlace {
  return secretPlace(layout, owner, variable, reference);
}

async function storedSecrets(
  layout: Layout,
): Promise<Result<readonly StoredSecret[], PlatformError>> {
  if (!existsSync(layout.secrets)) return ok([]);
  const found: StoredSecret[] = [];
  for (const entry of (await readdir(layout.secrets)).toSorted()) {
    if (!entry.endsWith(".env")) continue;
    const file = join(layout.secrets, entry);
    const entries = entriesOf(await readFile(file, "utf8"));
    if (!entries.ok) return unreadable(layout, file, entries.error);
    const { mtimeMs } = await stat(file);
    const names = new Set(entries.value.flatMap(({ name }) => name ?? []));
    for (const name of names) {
      found.push({
        owner: basename(entry, ".env"),
        name,
        where: relative(layout.root, file),
        changedAt: Math.round(mtimeMs),
      });
    }
  }
  return ok(found);
}

/** Gives whether the variable was there before. */
async function writeSecret(
  layout: Layout,
  { file, name }: SecretPlace,
  value: string | undefined,
): Promise<Result<boolean, PlatformError>> {
  // The file may be a link to another disk, which it stays.
  const target = existsSync(file) ? await realpath(file) : file;
  const text = existsSync(target) ? await readFile(target, "utf8") : "";
  const entries = entriesOf(text);
  const changed = changeVariable(text, name, value);
  if (!changed.ok || !entries.ok) {
    return unreadable(layout, file, changed.ok ? "" : changed.error);
  }
  const there = entries.value.some((entry) => entry.name === name);
  if (value === undefined && !there) return ok(false);
  await replace(target, changed.value);
  return ok(there);
}

/** Whole or not at all, and its owner's only. */
async function replace(file: string, text: string): Promise<void> {
  const part = join(dirname(file), `.${basename(file)}.${randomBytes(4).toString("hex")}`);
  try {
    await using handle = await open(part, "wx", 0o600);
    await handle.writeFile(text);
    await handle.sync();
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
}

function unreadable(layout: Layout, file: string, problem: string): Result<never, PlatformError> {
  return err({
    reason: "invalid",
    message: `${relative(layout.root, file)}, ${problem}`,
    help: "Correct that line and repeat the command.",
    resource: relative(layout.root, file),
  });
}
