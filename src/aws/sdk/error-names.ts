import { STATUS_CODES } from "node:http";

/** What an error of the SDK looks like; services differ in which of these they fill in. */
export interface SdkError {
  readonly name: string;
  readonly message: string;
  /** Node's code of a failed connection: `ECONNREFUSED`. */
  readonly code: string | undefined;
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  readonly requestId: string | undefined;
}

/** Reads whatever was thrown as an error of the SDK. */
export function sdkError(thrown: unknown): SdkError {
  const error = (typeof thrown === "object" && thrown !== null ? thrown : {}) as {
    readonly name?: unknown;
    readonly Code?: unknown;
    readonly code?: unknown;
    readonly message?: unknown;
    readonly errors?: readonly unknown[];
    readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  };
  // Both address families failed: Node gives one error for the two, without a message.
  const first = Array.isArray(error.errors) ? sdkError(error.errors[0]) : undefined;
  const status = error.$metadata?.httpStatusCode;
  const message = text(error.message);
  return {
    name: text(error.name) ?? text(error.Code) ?? "Error",
    message:
      (message === "UnknownError" ? unexplained(status) : message) ??
      first?.message ??
      String(thrown),
    code: text(error.code) ?? first?.code,
    status,
    requestId: error.$metadata?.requestId,
  };
}

/** An answer without a body, as those of S3 to a HEAD: the SDK calls it "UnknownError". */
function unexplained(status: number | undefined): string | undefined {
  if (status === undefined) return undefined;
  return `${["HTTP", status, STATUS_CODES[status]].filter(Boolean).join(" ")}, without an explanation`;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/**
 * True for an error of one of these names; `"Name: words"` asks for the words in its message as
 * well, in any case.
 */
export function isError(thrown: unknown, ...patterns: readonly string[]): boolean {
  const { name, message } = sdkError(thrown);
  return patterns.some((pattern) => {
    const colon = pattern.indexOf(": ");
    if (colon === -1) return name === pattern;
    return (
      name === pattern.slice(0, colon) &&
      message.toLowerCase().includes(pattern.slice(colon + 2).toLowerCase())
    );
  });
}

/** The names under which services refuse a request for its rate. */
export function isThrottle(thrown: unknown): boolean {
  return isError(
    thrown,
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "SlowDown",
    "EC2ThrottledException",
  );
}

/** True when what was asked for isn't there. */
export function isNotFound(thrown: unknown): boolean {
  const { name } = sdkError(thrown);
  return (
    /NotFound(Exception|Fault)?$/.test(name) ||
    [
      "NoSuchEntity",
      "NoSuchEntityException",
      "NoSuchKey",
      "NoSuchBucket",
      "NoSuchVersion",
    ].includes(name) ||
    ["StateMachineDoesNotExist", "ExecutionDoesNotExist", "QueueDoesNotExist"].includes(name) ||
    name === "AWS.SimpleQueueService.NonExistentQueue"
  );
}

/** True when it exists already, or somebody else changed it first. */
export function isConflict(thrown: unknown): boolean {
  const { name, status } = sdkError(thrown);
  return (
    status === 409 ||
    status === 412 ||
    /Already(Exists|OwnedByYou)/.test(name) ||
    /(Conflict|InUse|InProgress)(Exception|Fault)?$/.test(name) ||
    name.endsWith(".Duplicate")
  );
}
