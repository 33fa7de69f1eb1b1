import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { err, ok, type Result } from "../../../core/result.ts";
import type { PlatformError } from "../../../platform/port.ts";
import { readText, writeDurably } from "../attempt-files.ts";
import { createBare, packageCount } from "../pip.ts";
import { localPath } from "../requirements.ts";
import type { ToolFailure } from "../tool.ts";
import { copyWritable } from "../working-copy.ts";
import { builtFolder } from "./built-folder.ts";
import { notCreated, notInstalled } from "./failures.ts";
import type { Installer, InstallOrder, Lock } from "./installer.ts";
import { finishOverlay, layOver } from "./overlay.ts";
import { copySharedPackages, installShared } from "./shared.ts";
import {
  digest,
  proof,
  type PlacedRequest,
  type ReadRequirements,
  toolOptions,
} from "./request.ts";
import { makeReadOnly, removeTree } from "./tree.ts";

/**
 * Builds an environment in `target`: a link to its layer, or, where folders of the project are
 * installed, an environment over it.
 *
 * @returns what is to be remembered of it
 */
export async function buildEnvironment(
  request: PlacedRequest,
  requirements: ReadRequirements,
  installer: Installer,
  scratch: string,
  target: string,
): Promise<Result<Readonly<Record<string, string>>, PlatformError>> {
  const { interpreter, snapshot } = request;
  const { read, title } = requirements;
  // Building a project writes into its sources, and one that is installed as it is must stay
  // where it is.
  const sources = read.local ? join(target, "src") : snapshot;
  const isOverlay = read.local || request.packages.length > 0;
  if (isOverlay) {
    const created = await createBare(interpreter, target, toolOptions(request, snapshot));
    if (!created.ok) return err(notCreated(request, target, created.error));
  }
  if (read.local) await copyWritable(snapshot, sources);
  const shared = await copySharedPackages(request.packages, target);
  const order: InstallOrder = {
    interpreter,
    requirements: read,
    file: await fileOfAll(requirements, shared.projects, sources, scratch),
    packages: shared.projects,
    builders: join(request.folders.tools, "builders"),
    scratch,
    options: toolOptions(request, sources),
  };
  const lock = await lockOf(request, order, installer, requirements.ofSteps);
  if (!lock.ok) return err(notInstalled(request, title, installer, lock.error));
  const layer = await layerOf(request, order, installer, title, lock.value);
  if (!layer.ok) return layer;
  const details = { layer: layer.value, installer: installer.name };
  if (!isOverlay) {
    await symlink(layer.value, target);
    return ok(details);
  }
  await layOver(target, layer.value, interpreter);
  if (read.local) {
    request.listener(`installing the project's own ${read.folders.join(" and ")}`);
    const installed = await installer.installFolders(order, target);
    if (!installed.ok) return err(notInstalled(request, title, installer, installed.error));
  }
  if (request.packages.length > 0) {
    const paths = request.packages.map(({ path }) => path).join(" and ");
    request.listener(`installing ${paths} of the workspace`);
    const installed = await installShared(order, installer, shared, target);
    if (!installed.ok) return err(notInstalled(request, paths, installer, installed.error));
  }
  await finishOverlay(target, layer.value);
  if (read.local && !read.editable) await removeTree(sources);
  await makeReadOnly(target);
  return ok(details);
}

/**
 * What the file asks for, exactly. It is kept, so that an edit of the project doesn't bring other
 * versions of what it uses.
 */
async function lockOf(
  request: PlacedRequest,
  order: InstallOrder,
  installer: Installer,
  ofSteps: string | undefined,
): Promise<Result<Lock, ToolFailure>> {
  const { locks } = request.folders;
  const nameOf = (hash: string): string =>
    `${digest(request, ["lock", request.project, installer.name, hash])}.json`;
  const kept = (hash: string): Lock => {
    const before = readText(join(locks, nameOf(hash)));
    return before === undefined ? [] : (JSON.parse(before) as { lines: string[] }).lines;
  };
  const name = nameOf(order.requirements.hash);
  // Tests see the versions that the steps run with.
  const first = ofSteps === undefined ? [] : kept(ofSteps);
  const named = new Set(first.map(packageName));
  const others = kept(order.requirements.hash).filter((line) => !named.has(packageName(line)));
  const earlier = [...first, ...others];
  const lock = await installer.lock(order, earlier);
  if (!lock.ok) return lock;
  await mkdir(locks, { recursive: true });
  writeDurably(locks, name, { lines: [...lock.value] }, "replace");
  return lock;
}

/** `pandas` of `pandas==2.3.1 ; python_version >= "3.11"`. */
function packageName(line: string): string {
  return /^[\w.-]+/.exec(line)?.[0] ?? line;
}

/** Path of the one file that says all that is asked for: the project's, or one that is written. */
async function fileOfAll(
  { file, read }: ReadRequirements,
  packages: readonly string[],
  sources: string,
  scratch: string,
): Promise<string> {
  if (file !== undefined) return join(sources, file);
  const written = join(scratch, "requirements.txt");
  const lines = [...read.optionLines, ...read.packages, ...read.folders, ...packages];
  await writeFile(written, `${lines.join("\n")}\n`);
  return written;
}

async function layerOf(
  request: PlacedRequest,
  order: InstallOrder,
  installer: Installer,
  title: string,
  lock: Lock,
): Promise<Result<string, PlatformError>> {
  const { folders, interpreter, listener, signal, wishes } = request;
  const archives = lock.flatMap((line) => {
    const local = localPath(line, order.options.cwd);
    if (local?.kind !== "archive") return [];
    return [createHash("sha256").update(readFileSync(local.path)).digest("hex")];
  });
  const hardLinks = installer.name === "uv" && wishes.hardLinks;
  // Two indexes may have two packages of one name and version.
  const from = request.index === undefined ? [] : [`index ${request.index.url}`];
  const parts = ["layer", installer.name, String(hardLinks), ...archives, ...from];
  const said = [...order.requirements.optionLines, ...lock].toSorted();
  let isNew = false;
  const built = await builtFolder({
    directory: join(folders.layers, digest(request, [...parts, ...said])),
    proof,
    onWait: () => listener("another process is installing the same packages; waiting for it"),
    signal,
    build: async (target) => {
      isNew = true;
      listener(`creating a virtual environment with Python ${interpreter.version}`);
      const fill = await installer.create(order, target);
      if (!fill.ok) return err(notCreated(request, target, fill.error));
      const before = await packageCount(interpreter, target);
      if (lock.length > 0) {
        listener(`installing ${title} with ${installer.title}`);
        const installed = await fill.value(lock);
        if (!installed.ok) return err(notInstalled(request, title, installer, installed.error));
      }
      await makeReadOnly(target, hardLinks);
      return ok({ packages: String((await packageCount(interpreter, target)) - before) });
    },
  });
  if (!built.ok) return built;
  const { packages: count = "0" } = built.value.details;
  const packages = `${count} package${count === "1" ? "" : "s"}`;
  if (isNew && lock.length > 0) listener(`installed ${packages}`);
  else if (lock.length > 0)
    listener(`${packages}: there already, for the same locked requirements`);
  return ok(built.value.path);
}
