import type { Diagnostic } from "../core/diagnostic.ts";
import { err, type Err } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";
import { exitOf, type Exit } from "./exit-codes.ts";

/**
 * Why a command ends without having done what it was asked to, reported so that a person can act.
 */
export interface Failure {
  readonly exit: Exit;
  /** Stable word for programs: a platform's reason, `usage`, `invalid`. */
  readonly reason: string;
  /** What happened, in the words that follow `error:`: no full stop. */
  readonly message: string;
  readonly help?: string;
  readonly resource?: string;
  /** The problems in the files, where that is the reason. */
  readonly diagnostics?: readonly Diagnostic[];
}

export function fromPlatform(error: PlatformError): Failure {
  return { exit: exitOf[error.reason], ...error };
}

export function failed(failure: Failure): Err<Failure> {
  return err(failure);
}

/** A wrong command line. */
export function usage(message: string, help: string): Err<Failure> {
  return err({ exit: "usage", reason: "usage", message, help });
}

/** Something that was named doesn't exist. */
export function notFound(message: string, help: string): Err<Failure> {
  return err({ exit: "notFound", reason: "not-found", message, help });
}

/** Something that isn't done, for a reason that a person can change. */
export function refused(message: string, help: string): Err<Failure> {
  return err({ exit: "refused", reason: "refused", message, help });
}
