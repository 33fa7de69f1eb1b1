import { describe, expect, test } from "vitest";

/** A part that a test needs of the machine: what was found, or why it was not. */
export type Part<Found extends object> = Found | Missing;

export interface Missing {
  /**
   * The part and why it is not there, to be after "needs": `a Docker engine: no answer at
   * unix:///var/run/docker.sock`.
   */
  readonly missing: string;
}

declare module "vitest" {
  interface TaskMeta {
    /** The missing part for whose want a test was skipped; see `Missing`. */
    needs?: string;
  }
}

const isMissing = (part: Part<object>): part is Missing => "missing" in part;

/**
 * A `describe` whose tests need a part of the machine. Without the part they are skipped, and the
 * end of the run says so; in CI, which must have every part, one failing test takes their place.
 *
 *     describeWith(await dockerEngine(), "the docker executor", (engine) => {
 *       test("runs a step", async () => { ... engine().host ... });
 *     });
 *
 * @param body gets a function that gives the part; call it in tests and hooks only, for the body
 *   also runs without the part
 */
export function describeWith<Found extends object>(
  part: Part<Found>,
  title: string,
  body: (found: () => Found) => void,
): void {
  if (!isMissing(part)) {
    describe(title, () => {
      body(() => part);
    });
    return;
  }
  const { missing } = part;
  const absent = (): never => {
    throw new Error(`needs ${missing}`);
  };
  if (process.env["CI"] === undefined || process.env["CI"] === "") {
    describe(title, { skip: true, meta: { needs: missing } }, () => {
      body(absent);
    });
  } else {
    describe(title, () => {
      test(`needs ${missing}`, () => expect.fail(`needs ${missing}`));
    });
  }
}
