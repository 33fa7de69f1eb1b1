import {
  CreateBucketCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { beforeEach, expect, test } from "vitest";

import { acquireLease, type LeaseHolder } from "../../src/aws/bucket/lease.ts";
import { bucketStore, type BucketStore } from "../../src/aws/bucket/store.ts";
import { describeWith } from "../rig/parts.ts";
import { awsContext } from "./rig/context.ts";
import { intercept } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { steppedTiming } from "./rig/timing.ts";
import { unwrap } from "./rig/unwrap.ts";

const bucket = "esteira-acme-dev-123456789012";

describeWith(moto(), "the deploy lease", (part) => {
  const server = useMoto(part);
  let store: BucketStore;

  beforeEach(async () => {
    const clients = server().clients();
    await clients.s3.send(new CreateBucketCommand({ Bucket: bucket }));
    store = bucketStore(awsContext(clients));
  });

  test("lets one deploy in at a time, and says who is inside", async () => {
    const timing = steppedTiming();
    const options = { actor: "ana", purpose: "deploy", timing: still(timing), waitMs: 0 };
    const first = unwrap(await acquireLease(store, options));
    expect(
      await acquireLease(store, { ...options, actor: "bo", timing: steppedTiming(0.1) }),
    ).toEqual({
      ok: false,
      error: {
        reason: "conflict",
        message: "ana holds the environment's lease since 2023-11-14T22:13:20Z (deploy)",
        help: "wait until it is done and run it again; the lease of a process that died is free three minutes after its last sign of life",
        resource: `s3://${bucket}/esteira/v1/lease.json`,
      },
    });
    unwrap(await first.release());
    const second = unwrap(await acquireLease(store, { ...options, actor: "bo" }));
    expect(second.lost.aborted).toBe(false);
    unwrap(await second.release());
  });

  test("waits for the one inside, and goes in after it", async () => {
    const first = unwrap(
      await acquireLease(store, {
        actor: "ana",
        purpose: "deploy",
        timing: still(steppedTiming()),
        waitMs: 0,
      }),
    );
    const waitedFor: LeaseHolder[] = [];
    const timing = steppedTiming(0.1);
    let asked = 0;
    const second = await acquireLease(store, {
      actor: "bo",
      purpose: "destroy",
      waitMs: 600_000,
      timing: {
        ...timing,
        async sleep(ms, signal) {
          if (timing.slept.length === 2) await first.release();
          if (asked++ < 3) await timing.sleep(ms, signal);
          else await still(timing).sleep(ms, signal);
        },
      },
      onWait: (holder) => waitedFor.push(holder),
    });
    expect(waitedFor).toEqual([{ actor: "ana", purpose: "deploy", since: 1_700_000_000_000 }]);
    unwrap(await unwrap(second).release());
  });

  test("takes the lease of a process that has died once it hasn't been renewed for three minutes", async () => {
    unwrap(
      await acquireLease(store, {
        actor: "ana",
        purpose: "deploy",
        timing: still(steppedTiming()),
        waitMs: 0,
      }),
    );
    const timing = nowTiming();
    const start = timing.now();
    const taken = await acquireLease(store, {
      actor: "bo",
      purpose: "deploy",
      waitMs: 600_000,
      timing,
    });
    expect(taken.ok).toBe(true);
    expect(timing.now() - start).toBeGreaterThan(180_000);
    expect(timing.now() - start).toBeLessThan(195_000);
  });

  test("notifies the holder that its lease is gone", async () => {
    let wake: () => void = () => undefined;
    const timing = steppedTiming();
    const first = unwrap(
      await acquireLease(store, {
        actor: "ana",
        purpose: "deploy",
        waitMs: 0,
        timing: { ...timing, sleep: () => new Promise((resolve) => (wake = resolve)) },
      }),
    );
    const later = nowTiming();
    unwrap(
      await acquireLease(store, { actor: "bo", purpose: "deploy", waitMs: 600_000, timing: later }),
    );
    const lost = new Promise((resolve) => first.lost.addEventListener("abort", resolve));
    wake();
    await lost;
    expect(String(first.lost.reason)).toBe("Error: somebody else has taken the lease");
    unwrap(await first.release());
    expect(unwrap(await store.get("lease.json"))?.text).toContain('"actor":"bo"');
  });

  test("knows its own lease when the answer to taking it got lost", async () => {
    let cut = true;
    const clients = intercept(server().clients(), async ({ operation, input }) => {
      if (operation !== "PutObject" || !cut) return undefined;
      cut = false;
      await server()
        .clients()
        .s3.send(new PutObjectCommand(input as unknown as PutObjectCommandInput));
      throw Object.assign(new Error("already there"), {
        name: "PreconditionFailed",
        $metadata: { httpStatusCode: 412 },
      });
    });
    const lease = unwrap(
      await acquireLease(bucketStore(awsContext(clients)), {
        actor: "ana",
        purpose: "deploy",
        timing: still(steppedTiming()),
        waitMs: 0,
      }),
    );
    expect(cut).toBe(false);
    unwrap(await lease.release());
  });
});

/** Sleeps without end: nothing is renewed while a test looks. */
function still<T extends object>(timing: T) {
  return {
    ...timing,
    sleep: (_: number, signal?: AbortSignal) =>
      new Promise<void>((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(new Error("woken")));
      }),
  };
}

/** Starts at the machine's time, and passes by what is slept for the first hundred sleeps. */
function nowTiming() {
  let now = Date.now();
  let slept = 0;
  return {
    now: () => now,
    random: () => 0.75,
    sleep(ms: number, signal?: AbortSignal): Promise<void> {
      slept += 1;
      if (slept > 100 || ms === 45_000) return still({}).sleep(ms, signal);
      now += ms;
      return Promise.resolve();
    },
  };
}
