import type { Project } from "../../src/config/model.ts";
import type { Check } from "../../src/platform/check.ts";
import { recsys, type TestEnvironment } from "./deploy-fixture.ts";
import { unwrap } from "./rig/unwrap.ts";

/** What `verify` finds about one subject. */
export async function checks(
  environment: TestEnvironment,
  subject: string,
  project: Project = recsys(),
  taskRoles: readonly string[] = [],
): Promise<Omit<Check, "project" | "subject">[]> {
  const platform = await environment.open();
  const all = unwrap(
    await platform.verification.verify([environment.release(project)], { taskRoles }),
  );
  return all
    .filter((check) => check.subject === subject)
    .map(({ project: _project, subject: _subject, ...found }) => found);
}

/** That something is to be done. */
export function isBad({ outcome }: { readonly outcome: Check["outcome"] }): boolean {
  return outcome !== "passed";
}
