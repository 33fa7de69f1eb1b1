import { expect, test } from "vitest";

import { stepId } from "../core/ids.ts";
import { announcements } from "./announcements.ts";
import type { Release } from "./release.ts";

const step = (id: string, command: string) => ({ id: stepId(id), command });
const release = (...steps: readonly object[]) => ({ steps }) as unknown as Pick<Release, "steps">;
const several = release(
  step("a", "python a.py\npython b.py\n"),
  step("b", "python a.py \\\n  --top 1"),
  step("c", "set +e\npython a.py\npython b.py"),
);

test("an upgrade says once that commands stop at the first line that fails", () => {
  expect(announcements({ generation: 2 }, several)).toEqual([
    "commands of more than one line now stop at the first line that fails (a); `set +e` as the first line keeps one as it was",
  ]);
  expect(announcements({}, several)).toHaveLength(1);
  expect(announcements({ generation: 3 }, several)).toEqual([]);
  expect(announcements(undefined, several)).toEqual([]);
  expect(announcements({ generation: 2 }, release(step("a", "python a.py")))).toEqual([]);
});
