import { createHash, randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { parse } from "smol-toml";
import * as z from "zod";

import { err, ok } from "../../../core/result.ts";
import type { PlatformError } from "../../../platform/port.ts";
import { readText } from "../attempt-files.ts";
import type { Interpreter } from "../interpreter.ts";
import { createBare } from "../pip.ts";
import type { ToolOptions } from "../tool.ts";
import { builtFolder } from "./built-folder.ts";
import { type LinkMode, type Uv, uvBuildWheel, uvInstallWithNeeds } from "./uv.ts";

/** Where something is built, and by which Python. */
export interface BuildPlace {
  readonly interpreter: Interpreter;
  /** Folder of the environments in which folders are built, which are kept. */
  readonly builders: string;
  /** Folder for files that are needed meanwhile. */
  readonly scratch: string;
  readonly options: ToolOptions;
}

/**
 * https://peps.python.org/pep-0518/ and https://peps.python.org/pep-0517/: a backend inside the
 * folder (`backend-path`) may need anything.
 */
const schema = z.object({
  "build-system": z.object({
    requires: z.array(z.string()).min(1),
    "backend-path": z.undefined().optional(),
  }),
});

/** What a build asks for by its name, and not by a path or an address. */
const isByName = (requirement: string): boolean => !/[@/\\]/.test(requirement);

/**
 * Builds the wheels of folders, each in a build environment that is kept: what a project is built
 * with (hatchling, setuptools, …) isn't installed again for each edit of a line, nor does its
 * version change with one.
 *
 * @param folders absolute
 * @returns paths of the wheels; undefined where it can't be done so. The installer builds them by
 *   itself then, and what it says is what went wrong.
 */
export async function wheelsOf(
  uv: Uv,
  order: BuildPlace,
  folders: readonly string[],
  linkMode: (folder: string) => Promise<LinkMode>,
): Promise<readonly string[] | undefined> {
  // Demands on what is installed aren't meant for what builds it.
  const { UV_CONSTRAINT: _, UV_REQUIRE_HASHES: __, ...environment } = uv.settings.environment;
  if ("UV_BUILD_CONSTRAINT" in environment || "UV_NO_BUILD" in environment) return undefined;
  const builder: Uv = { ...uv, settings: { ...uv.settings, environment } };
  const wheels: string[] = [];
  // Who reads along is interested in what is installed, and in a build that fails.
  const options: ToolOptions = { ...order.options, listener: () => {} };
  for (const folder of folders) {
    const requires = requiresOf(folder);
    if (requires === undefined) return undefined;
    const tools = await builderOf(builder, order, options, requires, linkMode);
    if (tools === undefined) return undefined;
    const out = join(order.scratch, randomBytes(4).toString("hex"));
    const built = await uvBuildWheel(builder, tools, folder, out, options);
    if (!built.ok) return undefined;
    const wheel = (await readdir(out)).find((name) => name.endsWith(".whl"));
    if (wheel === undefined) return undefined;
    wheels.push(join(out, wheel));
  }
  return wheels;
}

function requiresOf(folder: string): readonly string[] | undefined {
  try {
    const read = schema.safeParse(parse(readText(join(folder, "pyproject.toml")) ?? ""));
    const requires = read.data?.["build-system"].requires;
    return requires?.every(isByName) === true ? requires : undefined;
  } catch {
    return undefined;
  }
}

/** The environment that has what a build asks for; made where there is none. */
async function builderOf(
  uv: Uv,
  { interpreter, builders }: BuildPlace,
  options: ToolOptions,
  requires: readonly string[],
  linkMode: (folder: string) => Promise<LinkMode>,
): Promise<string | undefined> {
  const { python, version, platform } = interpreter;
  const key = createHash("sha256")
    .update(["1", python, version, platform, ...requires.toSorted()].join("\0"))
    .digest("hex")
    .slice(0, 24);
  const failed: PlatformError = { reason: "failed", message: "", help: "", resource: "" };
  const built = await builtFolder({
    directory: join(builders, key),
    proof: join("bin", "python"),
    onWait: () => options.listener(""),
    signal: options.signal,
    build: async (target) => {
      const created = await createBare(interpreter, target, options);
      if (!created.ok) return err(failed);
      const mode = await linkMode(target);
      const installed = await uvInstallWithNeeds(uv, target, mode, requires, options);
      return installed.ok ? ok({}) : err(failed);
    },
  });
  return built.ok ? built.value.path : undefined;
}
