import { spawn } from "node:child_process";
import {
  closeSync,
  createReadStream,
  existsSync,
  openSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";

import type { Mask } from "../../core/mask.ts";
import { attemptFiles } from "./attempt-files.ts";
import { dockerClient, type ProcessEnvironment } from "./docker-cli.ts";

const longestLine = 256 * 1024;
/** The engine keeps long lines in parts of this size and repeats the time before each. */
const enginePart = 16 * 1024;
const newline = 10;

type Mark = "o" | "e";

/** A container whose log is copied, and where to. */
export interface ContainerLog {
  readonly name: string;
  readonly directory: string;
  readonly environment: ProcessEnvironment;
  /** For what it says of secrets. */
  readonly mask: Mask;
}

/**
 * Copies what a container says into the attempt's log, in the form that the supervisor writes,
 * until it ends; picks up behind what the log has already.
 *
 * @param follow false: only what there is at the moment
 */
export async function copyContainerLog(
  { name, directory, environment, mask }: ContainerLog,
  follow: boolean,
  signal?: AbortSignal,
): Promise<void> {
  const path = join(directory, attemptFiles.log);
  const present = await readPresent(path);
  const args = ["logs", "--timestamps", ...(follow ? ["--follow"] : []), name];
  const client = dockerClient(environment);
  if (client === undefined) return;
  const child = spawn(client, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  // Without the client there is no log; the result doesn't depend on it.
  const closed = new Promise<void>((resolve) => {
    child.on("error", () => resolve());
    child.on("close", () => resolve());
  });
  const kill = (): void => void child.kill();
  signal?.addEventListener("abort", kill);
  const log = openSync(path, "a", 0o600);
  try {
    let { latest } = present;
    const copy = async (stream: Readable, mark: Mark): Promise<void> => {
      let skip = present.lines[mark];
      const write = (lines: readonly Buffer[]): void => {
        let text = "";
        for (const line of lines) {
          const { at, parts } = readEngineLine(line, mask);
          latest = Math.max(latest, at);
          for (const part of parts) {
            if (skip > 0) skip -= 1;
            else text += `${latest} ${mark} ${part}\n`;
          }
        }
        if (text !== "") writeSync(log, text);
      };
      const cutter = lineCutter();
      for await (const chunk of stream as AsyncIterable<Buffer>) write(cutter.push(chunk));
      const rest = cutter.rest();
      if (rest.length > 0) write([rest]);
    };
    await Promise.all([copy(child.stdout, "o"), copy(child.stderr, "e")]);
    await closed;
  } finally {
    closeSync(log);
    signal?.removeEventListener("abort", kill);
  }
}

/** Takes a line of `docker logs --timestamps` apart: `2026-01-31T03:00:00.123456789Z text`. */
export function readEngineLine(line: Buffer, mask: Mask): { at: number; parts: readonly string[] } {
  const space = line.indexOf(" ");
  const at = space === -1 ? Number.NaN : Date.parse(line.toString("latin1", 0, space));
  if (Number.isNaN(at)) return { at: 0, parts: pieces(line, mask) };
  const stamp = line.subarray(0, space + 1);
  const parts: Buffer[] = [];
  for (let rest = line; ;) {
    rest = rest.subarray(stamp.length);
    const next = rest.subarray(enginePart, enginePart + stamp.length);
    if (!next.equals(stamp)) {
      parts.push(rest);
      break;
    }
    parts.push(rest.subarray(0, enginePart));
    rest = rest.subarray(enginePart);
  }
  return { at, parts: pieces(parts.length === 1 ? parts[0]! : Buffer.concat(parts), mask) };
}

/**
 * What a terminal shows of the line in the end, cut where it is too long, never inside a character.
 */
function pieces(line: Buffer, mask: Mask): string[] {
  let end = line.length;
  while (end > 0 && line[end - 1] === 13) end -= 1;
  let rest = line.subarray(line.lastIndexOf(13, end - 1) + 1, end);
  if (end === 0) rest = line.subarray(0, 0);
  const text = rest.toString("utf8");
  const shown = mask(text);
  if (rest.length <= longestLine) return [shown];
  if (shown !== text) rest = Buffer.from(shown);
  const found: string[] = [];
  while (rest.length > longestLine) {
    let cut = longestLine;
    while (cut > longestLine - 4 && (rest[cut]! & 0xc0) === 0x80) cut -= 1;
    found.push(rest.toString("utf8", 0, cut));
    rest = rest.subarray(cut);
  }
  return [...found, rest.toString("utf8")];
}

/** Cuts bytes into lines as they come. */
function lineCutter(): { push(chunk: Buffer): Buffer[]; rest(): Buffer } {
  let pending: Buffer[] = [];
  return {
    push(chunk) {
      const lines: Buffer[] = [];
      let start = 0;
      for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
        lines.push(Buffer.concat([...pending, chunk.subarray(start, end)]));
        pending = [];
        start = end + 1;
      }
      if (start < chunk.length) pending.push(chunk.subarray(start));
      return lines;
    },
    rest: () => Buffer.concat(pending),
  };
}

/** What a log holds already. A line that a crash cut off is taken away, to be written anew. */
async function readPresent(path: string): Promise<{ lines: Record<Mark, number>; latest: number }> {
  const lines = { o: 0, e: 0 };
  let latest = 0;
  if (!existsSync(path)) return { lines, latest };
  const cutter = lineCutter();
  let size = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    size += chunk.length;
    for (const line of cutter.push(chunk)) {
      const [at, mark] = line.toString("latin1", 0, 24).split(" ", 2);
      latest = Math.max(latest, Number(at) || 0);
      if (mark === "o" || mark === "e") lines[mark] += 1;
    }
  }
  const cutOff = cutter.rest().length;
  if (cutOff > 0) truncateSync(path, size - cutOff);
  return { lines, latest };
}
