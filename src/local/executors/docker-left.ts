import { spawn } from "node:child_process";
import { posix } from "node:path";

import { mapConcurrently } from "../../core/concurrency.ts";
import { type Undeclared, undeclaredOf } from "../../runs/undeclared.ts";
import { docker, dockerClient, type ProcessEnvironment } from "./docker-cli.ts";
import { isOfTools } from "./files-left.ts";

/** Files that the engine is asked about one by one; each takes a tenth of a second. */
const mostAskedAbout = 20;
const atATime = 4;

/**
 * What a step wrote into the folder that its container runs in, which goes with the container: by
 * the engine's own record of what differs from the image. Where that is more than twenty files,
 * the size of the others is what is left of all that the container wrote, in equal parts.
 *
 * @param folder the image's `WORKDIR`; `/` has everything in it, and nothing is said of it
 * @returns undefined: nothing, or the engine doesn't say
 */
export async function filesLeftInContainer(
  name: string,
  folder: string,
  environment: ProcessEnvironment,
): Promise<Undeclared | undefined> {
  const root = posix.join(folder, "/");
  if (root === "/") return undefined;
  const answer = await docker(["diff", name], environment);
  if (!answer.ok) return undefined;
  const changed = answer.stdout.split("\n").flatMap((line) => {
    const [, path = ""] = /^[AC] (.+)$/.exec(line) ?? [];
    return path.startsWith(root) && !isOfTools(path.slice(root.length)) ? [path] : [];
  });
  const folders = new Set(changed.flatMap((path) => path.slice(0, path.lastIndexOf("/"))));
  const files = changed.filter((path) => !folders.has(path));
  const asked = files.slice(0, mostAskedAbout);
  const sizes = await mapConcurrently(asked, atATime, (path) => sizeOf(name, path, environment));
  const measured = asked.flatMap((path, index) => {
    const bytes = sizes[index];
    return bytes === undefined ? [] : [{ path: path.slice(root.length), bytes }];
  });
  const others = files.slice(mostAskedAbout);
  if (others.length === 0) return undeclaredOf(measured);
  const known = measured.reduce((sum, { bytes }) => sum + bytes, 0);
  const written = await bytesWritten(name, environment);
  const share = Math.max(0, Math.round((written - known) / others.length));
  const rest = others.map((path) => ({ path: path.slice(root.length), bytes: share }));
  return undeclaredOf([...measured, ...rest]);
}

async function bytesWritten(name: string, environment: ProcessEnvironment): Promise<number> {
  const args = ["container", "inspect", "--size", "--format={{.SizeRw}}", name];
  return Number((await docker(args, environment)).stdout) || 0;
}

const block = 512;

/**
 * A file's size, from the head of the archive that the client copies it out as; what follows isn't
 * read. Undefined for what is no file.
 */
async function sizeOf(
  name: string,
  path: string,
  environment: ProcessEnvironment,
): Promise<number | undefined> {
  const client = dockerClient(environment);
  if (client === undefined) return undefined;
  const child = spawn(client, ["cp", `${name}:${path}`, "-"], {
    env: environment,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let head = Buffer.alloc(0);
  let size: number | "more" | undefined = "more";
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (piece: Buffer) => {
      if (size !== "more") return;
      head = Buffer.concat([head, piece]);
      size = sizeInHead(head);
      if (size !== "more") child.kill("SIGKILL");
    });
    child.on("error", () => resolve());
    child.on("close", () => resolve());
  });
  return size === "more" ? undefined : size;
}

/**
 * The size that the head of a tar archive names.
 *
 * @returns undefined: its first entry is no file; `more`: it isn't all there
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06
 */
export function sizeInHead(head: Buffer): number | "more" | undefined {
  let named: number | undefined;
  for (let at = 0; head.length >= at + block;) {
    const kind = String.fromCodePoint(head[at + 156] ?? 0);
    const size = sizeField(head.subarray(at + 124, at + 136));
    // A record of what doesn't fit into a head comes ahead of the file's.
    if (kind !== "x" && kind !== "g") {
      return kind === "0" || kind === "\0" ? (named ?? size) : undefined;
    }
    const end = at + block + Math.ceil(size / block) * block;
    if (head.length < end) return "more";
    const text = head.toString("utf8", at + block, at + block + size);
    const [, bytes] = /(?:^|\n)\d+ size=(\d+)\n/.exec(text) ?? [];
    if (bytes !== undefined) named = Number(bytes);
    at = end;
  }
  return "more";
}

/** Octal digits; or, for more than 8 GiB, a binary number. */
function sizeField(field: Buffer): number {
  if (((field[0] ?? 0) & 0x80) !== 0) return Number(field.readBigUInt64BE(4));
  return Number.parseInt(field.toString("latin1"), 8) || 0;
}
