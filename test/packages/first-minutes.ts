import { mkdir, readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { execa } from "execa";
import { expect } from "vitest";

export const root = resolve(import.meta.dirname, "../..");

/** The lines of the block of code that begins with `first`. */
export async function blockOf(page: string, first: string): Promise<readonly string[]> {
  const text = await readFile(join(root, page), "utf8");
  const block = text.split(/^```\w*\n/m).find((part) => part.startsWith(first));
  if (block === undefined) throw new Error(`${page} has no block that begins with ${first}`);
  return block.trimEnd().split("\n");
}

/**
 * Types the first five minutes of the README, word for word, with a program that was installed
 * somewhere, in an environment that holds nothing but what is given.
 *
 * @param folder where the workspace is made
 */
export async function typeFirstMinutes(
  program: string,
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const [begin = "", ...lines] = await blockOf("README.md", "mkdir ");
  const name = /^mkdir (\w+) && cd \1$/.exec(begin)?.[1] ?? "";
  const cwd = join(folder, name);
  await mkdir(cwd, { recursive: true });
  const typed = lines.map((line) => line.replace(/ *#.*$/, "").split(" "));
  expect(typed.map(([first, command]) => `${first} ${command}`)).toEqual(
    ["init", "new", "validate", "deploy", "run", "status"].map((command) => `esteira ${command}`),
  );
  for (const [, ...inputs] of typed) {
    const options = { cwd, env: environment, extendEnv: false, reject: false } as const;
    const { exitCode, stderr } = await execa(program, inputs, options);
    expect({ inputs, exitCode, stderr }).toEqual({ inputs, exitCode: 0, stderr: "" });
  }
}

/** Makes the tarball that would be published, of what `npm run build` has built. */
export async function pack(folder: string): Promise<string> {
  await execa("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { cwd: root });
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  return join(folder, tarball ?? "");
}

/** What a tarball of npm has, by path, sorted. */
export async function packedFiles(tarball: string): Promise<readonly string[]> {
  const { stdout } = await execa("tar", ["-tzf", tarball]);
  return stdout
    .split("\n")
    .map((path) => path.replace(/^package\//, ""))
    .toSorted();
}
