import { actorText } from "../../core/actor.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Timing } from "../../core/clock.ts";
import { readDocument, type Stored } from "./document.ts";
import { keys } from "./location.ts";
import type { BucketStore } from "./store.ts";

/** `lease.json`: who may change the environment now. */
export interface LeaseDocument {
  readonly schema: 1;
  readonly holder: LeaseHolder;
  /** Unique to one holding: two deploys of one person are two. */
  readonly nonce: string;
  /** Counts up with each renewal, so that a renewed document is another one. */
  readonly renewals: number;
  /** When nothing was heard for so long, anyone who waits may take it. Milliseconds. */
  readonly ttlMs: number;
  readonly released: boolean;
}

export interface LeaseHolder {
  readonly actor: string;
  /** What it is held for: `deploy`, `destroy`, `rollback of recsys`. */
  readonly purpose: string;
  /** Milliseconds since the epoch, by the holder's clock. */
  readonly since: number;
}

export interface Lease {
  /** Aborted when the lease was lost: anyone who works under it stops. */
  readonly lost: AbortSignal;
  /** True when nobody has had it since it was looked at: what was planned then still holds. */
  readonly unmoved: boolean;
  /** Lets the next one in; losing it before is not a failure here. */
  release(): Promise<Result<void, PlatformError>>;
}

export interface LeaseOptions {
  readonly actor: string;
  readonly purpose: string;
  readonly timing: Timing;
  readonly signal?: AbortSignal | undefined;
  /** How long somebody else's lease is waited for; 0: not at all. Milliseconds. */
  readonly waitMs: number;
  /** What `lookAtLease` gave when the plan was made. */
  readonly seen?: LeaseSeen;
  /** Called once for each holder that is waited for. */
  readonly onWait?: (holder: LeaseHolder) => void;
}

/** The lease as it was at some moment. */
export interface LeaseSeen {
  readonly stored: Stored<LeaseDocument> | undefined;
}

/**
 * Looks at the lease without taking it, so that anyone who takes it later knows whether somebody
 * was there in between.
 */
export async function lookAtLease(store: BucketStore): Promise<Result<LeaseSeen, PlatformError>> {
  const stored = await readDocument<LeaseDocument>(store, keys.lease);
  return stored.ok ? ok({ stored: stored.value }) : stored;
}

const ttlMs = 180_000;
const renewEveryMs = 45_000;
const askEveryMs = 5000;
/**
 * AWS refuses requests of a machine whose clock is off by more, so none that got here is:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const largestSkewMs = 15 * 60_000;

/**
 * Takes the environment's lease, or waits for it, or says who holds it. Two deploys of one
 * environment never interleave: S3 decides by conditional writes which of two came first, and a
 * holder that died is noticed because its lease isn't renewed.
 */
export async function acquireLease(
  store: BucketStore,
  options: LeaseOptions,
): Promise<Result<Lease, PlatformError>> {
  const { timing, signal } = options;
  const start = timing.now();
  const nonce = nonceOf(timing);
  const mine: LeaseDocument = {
    schema: 1,
    holder: { actor: options.actor, purpose: options.purpose, since: start },
    nonce,
    renewals: 0,
    ttlMs,
    released: false,
  };
  /**
   * The version that is waited for, and since when it has been the same: how a dead holder shows,
   * whatever anybody's clock says.
   */
  let watched: { readonly version: string; readonly since: number } | undefined;
  let announced: string | undefined;
  let { seen } = options;
  let unmoved = true;

  for (;;) {
    const current =
      seen === undefined ? await readDocument<LeaseDocument>(store, keys.lease) : ok(seen.stored);
    if (!current.ok) return current;
    unmoved = seen !== undefined;
    seen = undefined;
    const now = timing.now();
    const found = current.value;
    // An answer can get lost: the request was served, the SDK sent it again, and met its own lease.
    if (found?.document.nonce === nonce)
      return ok({ ...hold(store, mine, found.version, options), unmoved: false });
    if (found !== undefined && watched?.version !== found.version) {
      watched = { version: found.version, since: now };
    }
    if (found === undefined || isFree(found, watched, now)) {
      const written = await store.put(
        keys.lease,
        JSON.stringify(mine),
        found === undefined ? { kind: "absent" } : { kind: "unchanged", version: found.version },
      );
      if (!written.ok) return written;
      if (written.value !== "conflict")
        return ok({ ...hold(store, mine, written.value.version, options), unmoved });
      continue; // somebody was faster, or it was ourselves
    }
    const { holder } = found.document;
    if (now - start >= options.waitMs) return err(held(store, holder));
    if (announced !== found.document.nonce) options.onWait?.(holder);
    announced = found.document.nonce;
    try {
      await timing.sleep(askEveryMs * (0.5 + timing.random()), signal);
    } catch {
      return err({ ...held(store, holder), reason: "interrupted" });
    }
  }
}

function isFree(
  { document, modifiedAt }: Stored<LeaseDocument>,
  watched: { readonly since: number } | undefined,
  now: number,
): boolean {
  if (document.released) return true;
  if (now - modifiedAt > document.ttlMs + largestSkewMs) return true;
  return watched !== undefined && now - watched.since > document.ttlMs;
}

/** Renews it in the background until it is released or lost. */
function hold(
  store: BucketStore,
  mine: LeaseDocument,
  firstVersion: string,
  { timing }: LeaseOptions,
): Omit<Lease, "unmoved"> {
  const lost = new AbortController();
  const done = new AbortController();
  let version = firstVersion;
  let renewals = 0;
  let renewedAt = timing.now();

  const renewing = (async () => {
    for (;;) {
      try {
        await timing.sleep(renewEveryMs, done.signal);
      } catch {
        return; // released
      }
      renewals += 1;
      const at = timing.now();
      const written = await store.put(keys.lease, JSON.stringify({ ...mine, renewals }), {
        kind: "unchanged",
        version,
      });
      const outcome = written.ok ? written.value : undefined;
      if (outcome !== undefined && outcome !== "conflict") {
        version = outcome.version;
        renewedAt = at;
        continue;
      }
      if (outcome === "conflict") {
        // Our own renewal, if its answer got lost.
        const current = await readDocument<LeaseDocument>(store, keys.lease);
        if (current.ok && current.value?.document.nonce === mine.nonce) {
          version = current.value.version;
          renewedAt = at;
          continue;
        }
        if (current.ok) {
          lost.abort(new Error("somebody else has taken the lease"));
          return;
        }
      }
      // Not reached: others believe us alive until the time is up, and not a moment longer.
      if (timing.now() - renewedAt > mine.ttlMs - renewEveryMs) {
        lost.abort(new Error("the lease could not be renewed"));
        return;
      }
    }
  })();

  return {
    lost: lost.signal,
    async release() {
      done.abort();
      await renewing;
      if (lost.signal.aborted) return ok(undefined);
      const document = { ...mine, renewals, released: true };
      const written = await store.put(keys.lease, JSON.stringify(document), {
        kind: "unchanged",
        version,
      });
      return written.ok ? ok(undefined) : written;
    },
  };
}

function held(store: BucketStore, holder: LeaseHolder): PlatformError {
  const since = new Date(holder.since).toISOString().replace(/\.\d+Z$/, "Z");
  return {
    reason: "conflict",
    message: `${actorText(holder.actor)} holds the environment's lease since ${since} (${holder.purpose})`,
    help: "wait until it is done and run it again; the lease of a process that died is free three minutes after its last sign of life",
    resource: `s3://${store.location.bucket}/${store.location.documents}${keys.lease}`,
  };
}

function nonceOf(timing: Timing): string {
  return Array.from({ length: 4 }, () =>
    Math.floor(timing.random() * 0x10000)
      .toString(16)
      .padStart(4, "0"),
  ).join("");
}
