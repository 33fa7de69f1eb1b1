import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";

import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { type AttemptResult, lostBy } from "./port.ts";
import { isErrno } from "../errno.ts";

/** The files in an attempt's directory; `docs/reference/executors.md` says what is in them. */
export const attemptFiles = {
  identity: "identity.json",
  log: "output.log",
  ended: "ended.json",
  exit: "exit.json",
  stop: "stop",
  supervisorLog: "supervisor.log",
  work: "work",
  artifacts: "artifacts",
  /** Its place is kept where it fails. */
  hold: "hold",
} as const;

export type Exited = Extract<AttemptResult, { readonly kind: "exited" }>;

/**
 * Who has the attempt. `abandoned`: an adopter found nobody there and shut the door, so that a
 * supervisor that comes late doesn't start what has been given up.
 */
export function readIdentity(directory: string): JsonObject | "abandoned" | undefined {
  const content = readJson(join(directory, attemptFiles.identity));
  return content?.["abandoned"] === true ? "abandoned" : content;
}

/**
 * Shuts the door to late supervisors. False when one came first: then its identity is there.
 */
export function abandon(directory: string): boolean {
  return writeDurably(directory, attemptFiles.identity, { abandoned: true }, "exclusive");
}

/** Opens the door again, for a new start in the same directory. */
export function reopen(directory: string): void {
  unlinkSync(join(directory, attemptFiles.identity));
}

/**
 * Says how long the attempt has to end. On a full disk it isn't said, and the usual grace holds: an
 * attempt can always be stopped.
 */
export function noteStop(directory: string, graceSeconds: number): void {
  try {
    writeFileSync(join(directory, attemptFiles.stop), String(graceSeconds));
  } catch {
    // The signal that follows does the work.
  }
}

/** How the attempt ended; undefined while it has not, or never began. */
export function readExit(directory: string): Exited | undefined {
  return readEnding(directory, attemptFiles.exit);
}

/**
 * How the command ended whose leftovers were being ended when the supervisor was last heard of;
 * undefined while it has not, or left nothing.
 */
export function readCommandEnd(directory: string): Exited | undefined {
  return readEnding(directory, attemptFiles.ended);
}

function readEnding(directory: string, name: string): Exited | undefined {
  const content = readJson(join(directory, name));
  if (content === undefined) return undefined;
  const signal = numberOf(content["signal"]);
  const lost = lostBy.find((one) => one === content["lost"]);
  return {
    kind: "exited",
    exitCode: numberOf(content["exitCode"]) ?? 137,
    signal: signal === undefined ? undefined : signalName(signal),
    outOfMemory: content["outOfMemory"] === true,
    timedOut: content["timedOut"] === true,
    stopped: content["stopped"] === true,
    startedAt: numberOf(content["startedAt"]) ?? 0,
    endedAt: numberOf(content["endedAt"]) ?? 0,
    peakMemoryBytes: numberOf(content["peakMemoryBytes"]),
    ...(lost === undefined ? {} : { lost }),
  };
}

/** Says that the place of an attempt is to be kept where it fails; before it is started. */
export function markToBeHeld(directory: string): void {
  writeFileSync(join(directory, attemptFiles.hold), "");
}

/** Whether the place of an attempt is to be kept where it fails, or is kept. */
export function isToBeHeld(directory: string): boolean {
  return existsSync(join(directory, attemptFiles.hold));
}

/** Whether somebody can enter what the attempt left. One that was stopped has no such end. */
export function isHeld(directory: string): boolean {
  const exit = isToBeHeld(directory) ? readExit(directory) : undefined;
  return exit !== undefined && exit.exitCode !== 0 && !exit.stopped;
}

/** Writes `exit.json` the way the supervisor does, for an attempt that has none. */
export function writeExit(directory: string, result: Exited): void {
  const signals: Readonly<Record<string, number>> = constants.signals;
  const { kind: _, undeclared: _left, cache: _used, checks: _checks, ...fields } = result;
  const signal = result.signal === undefined ? null : (signals[result.signal] ?? null);
  const peakMemoryBytes = result.peakMemoryBytes ?? null;
  writeDurably(directory, attemptFiles.exit, { ...fields, signal, peakMemoryBytes }, "replace");
}

/**
 * Whole or not at all, also after a power cut. False when `exclusive` and the file is there
 * already.
 */
export function writeDurably(
  directory: string,
  name: string,
  content: JsonObject,
  mode: "exclusive" | "replace",
): boolean {
  const temporary = join(directory, `${name}.${process.pid}`);
  const path = join(directory, name);
  const file = openSync(temporary, "w", 0o600);
  try {
    writeSync(file, `${JSON.stringify(content)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (mode === "replace") {
    renameSync(temporary, path);
  } else {
    try {
      linkSync(temporary, path);
    } catch (error) {
      if (isErrno(error, "EEXIST")) return false;
      throw error;
    } finally {
      unlinkSync(temporary);
    }
  }
  const folder = openSync(directory, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
  return true;
}

/** A text file's content, or `undefined` when there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * These files appear in one piece, so one that is there can be read; anything else in it is a bug.
 */
function readJson(path: string): JsonObject | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  const content = JSON.parse(text) as Json;
  if (!isJsonObject(content)) throw new Error(`${path}: not an object`);
  return content;
}

function numberOf(value: Json | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `SIG${number}`;
}
