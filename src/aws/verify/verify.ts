import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { FingerprintedRelease, Release } from "../../release/release.ts";
import { lackingFor } from "../bootstrap/generations.ts";
import { readFacts } from "../deploy/facts.ts";
import type { Session } from "../deploy/session.ts";
import { type Check, failedBy } from "../../platform/check.ts";
import { checkCapacity } from "./capacity.ts";
import { checkDataBuckets } from "./data-buckets.ts";
import { checkLifecycle } from "./lifecycle.ts";
import { checkNetwork } from "./network.ts";
import { checkOwnRoles } from "./own-roles.ts";
import { checkRevisions } from "./revisions.ts";
import { checkBaseLayer, checkRoles } from "./roles.ts";
import { checkQuotas } from "./quotas.ts";
import { checkSecrets } from "./secrets.ts";
import type { VerifyOptions } from "../../platform/roles/verification.ts";

/**
 * Looks whether the account has what these releases need, each finding with its remedy. Reads only.
 */
export async function verifyReleases(
  session: Session,
  fingerprinted: readonly FingerprintedRelease[],
  options: VerifyOptions = {},
): Promise<Result<readonly Check[], PlatformError>> {
  const releases = fingerprinted.map(({ release }) => release);
  const running = releases.filter(({ definition }) => definition !== undefined);
  const facts = await readFacts(session.context, running);
  if (!facts.ok) return facts;
  const checks = await Promise.all([
    checkBase(session, releases, options),
    checkNetwork(session.context, running),
    checkImages(session, releases),
    checkRevisions(session.context, running),
    checkSecrets(session.context, running),
    checkOwnRoles(session.context, running),
    checkCapacity(session.context, running, facts.value),
    checkQuotas(session.context, running, facts.value),
    checkDataBuckets(session.context, running),
    checkLifecycle(session.context),
  ]);
  return ok(checks.flat());
}

async function checkBase(
  session: Session,
  releases: readonly Release[],
  needs: VerifyOptions,
): Promise<Check[]> {
  const base = await session.base();
  if (!base.ok) return [failedBy({ project: undefined, subject: "bootstrap" }, base.error)];
  const [layer, roles] = await Promise.all([
    checkBaseLayer(session.context, base.value, needs),
    checkRoles(session.context),
  ]);
  const lacking = releases.flatMap((release) =>
    lackingFor(release, base.value.lacking ?? []).map((error) =>
      failedBy({ project: release.project, subject: "bootstrap" }, error),
    ),
  );
  return [...layer, ...roles, ...lacking];
}

async function checkImages({ images }: Session, releases: readonly Release[]): Promise<Check[]> {
  const resolved = await images.resolve(releases);
  const subject = "image";
  if (!resolved.ok) return [failedBy({ project: undefined, subject }, resolved.error)];
  return releases.flatMap(({ project, names }): Check[] => {
    const image = resolved.value.get(project);
    if (image === undefined) return [];
    switch (image.state) {
      case "present":
        return [
          { project, subject, outcome: "passed", message: `${names.imageTag} is in the registry` },
        ];
      case "missing":
        return [
          {
            project,
            subject,
            outcome: "warning",
            message: `${names.imageTag} is not in the registry yet: ${image.note}`,
            help: "a deploy does that",
          },
        ];
      case "conflict":
        return [failedBy({ project, subject }, image.error)];
    }
  });
}
