import { expect, test } from "vitest";

import type { RunId } from "../../src/core/ids.ts";
import type { Result } from "../../src/core/result.ts";
import type { PlatformError } from "../../src/platform/port.ts";
import {
  type LocalPlatform,
  lines,
  makeWorkspace,
  openPlatform,
  runOf,
  sequence,
  value,
} from "./fixture.ts";

const resume = { mode: "follow", actor: "ana" } as const;

/** A run of two steps: the first notes each time it runs, the second fails. All runs take both. */
async function failedRun(platform: LocalPlatform, root: string): Promise<RunId> {
  const spec = {
    steps: { count: `echo once >> "${root}/counted"\n`, fail: `test -e "${root}/flag"\n` },
    definition: sequence("count", "fail"),
  };
  const { run, summary } = await runOf(platform, root, spec);
  expect(summary.status).toBe("FAILED");
  return run;
}

function refusal(result: Result<RunId, PlatformError>): object {
  return result.ok ? { resumed: result.value } : result.error;
}

test("of two processes that resume an ended run at once, one does; the other is sent to its run", async () => {
  using workspace = makeWorkspace();
  const { root } = workspace;
  const [one, two] = [await openPlatform(root), await openPlatform(root)];
  try {
    const run = await failedRun(one, root);
    const both = await Promise.all([one.resume(run, resume), two.resume(run, resume)]);
    const later = both.flatMap((result) => (result.ok ? [result.value] : []));
    expect(later).toHaveLength(1);
    expect(both.filter((result) => !result.ok).map(refusal)).toEqual([
      {
        reason: "conflict",
        message: `run ${run} was already resumed: run ${later[0]} continued it and is still going`,
        help: `Follow it: esteira logs ${later[0]} --follow`,
        resource: `run ${run}`,
      },
    ]);
    await Promise.all([one.driver.settled(later[0]!), two.driver.settled(later[0]!)]);
    expect(lines(`${root}/counted`)).toEqual(["once", "once"]);
  } finally {
    await Promise.all([one.close(), two.close()]);
  }
});

test("an ended run that was resumed names the run to continue with, to the last of the chain", async () => {
  using workspace = makeWorkspace();
  const { root } = workspace;
  const platform = await openPlatform(root);
  try {
    const first = await failedRun(platform, root);
    expect(value(await platform.run(first)).resumedBy).toBeUndefined();
    const second = value(await platform.resume(first, resume));
    await platform.driver.settled(second);
    const third = value(await platform.resume(second, resume));
    await platform.driver.settled(third);

    expect(refusal(await platform.resume(first, resume))).toEqual({
      reason: "conflict",
      message: `run ${first} was already resumed: run ${third} continued it and has ended too`,
      help: `Continue that one: esteira resume ${third}`,
      resource: `run ${first}`,
    });
    const listed = value(await platform.runs({}, { limit: 10 })).items;
    expect(listed.map(({ run, resumedBy }) => [run, resumedBy])).toEqual([
      [third, undefined],
      [second, third],
      [first, second],
    ]);
  } finally {
    await platform.close();
  }
});
