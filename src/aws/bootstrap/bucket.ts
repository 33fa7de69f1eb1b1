import { PutBucketTaggingCommand } from "@aws-sdk/client-s3";

import type { FieldChange } from "../../platform/plan.ts";
import type { PolicyScope } from "../iam/scope.ts";
import { fieldChanges, tagFieldChanges } from "../resources/fields.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { tagChanges, upperTags } from "../sdk/ownership.ts";
import {
  createBucket,
  newBucket,
  observeBucket,
  updateBucket,
  wantedBucket,
} from "./bucket-state.ts";
import { baseTags, planned, refusal, refused, unchanged, type BaseStep } from "./step.ts";

/**
 * The environment's own bucket: private, encrypted, versioned, over TLS only. One that
 * `artifacts_uri` names is left as it is.
 */
export function bucketStep(scope: PolicyScope, context: AwsContext): BaseStep {
  const { s3 } = context.clients;
  const name = scope.location.bucket;
  const tags = baseTags(context);
  const target = { Bucket: name, ExpectedBucketOwner: scope.accountId };

  const step: BaseStep = {
    id: "bucket",
    kind: "bucket",
    name,
    desired: { ...wantedBucket },
    async plan(base) {
      const seen = await callAws(context.environment.name, `read the bucket ${name}`, () =>
        observeBucket(s3, target, scope),
      );
      if (!seen.ok) return seen;
      const found = seen.value;
      if (found === "closed") {
        return refused({
          reason: "conflict",
          message: `bucket ${name} exists and can't be looked into: it belongs to another account, or the credentials may not read it`,
          help: "use an administrator's credentials, or name a bucket with `artifacts_uri` in esteira.yaml",
          resource: `bucket ${name}`,
        });
      }
      if (found === undefined) {
        return planned(
          base,
          { action: "create", fields: [] },
          `create the bucket ${name}`,
          async () => {
            await createBucket(s3, name, scope.region);
            await s3.send(
              new PutBucketTaggingCommand({ ...target, Tagging: { TagSet: upperTags(tags) } }),
            );
            await updateBucket(s3, target, scope, newBucket);
            return undefined;
          },
        );
      }
      // Made, and cut off before it was tagged: only ours has no tag and nothing in it under this
      // name.
      const foreign = found.halfMade ? undefined : refusal(base, step, found.tags);
      if (foreign !== undefined) return refused(foreign);
      const fields: FieldChange[] = [
        ...fieldChanges(found.state, wantedBucket),
        ...tagFieldChanges(tags, found.tags),
      ];
      if (fields.length === 0) return unchanged();
      return planned(base, { action: "update", fields }, `update the bucket ${name}`, async () => {
        const { set } = tagChanges(tags, found.tags);
        if (Object.keys(set).length > 0) {
          const all = upperTags({ ...found.tags, ...set });
          await s3.send(new PutBucketTaggingCommand({ ...target, Tagging: { TagSet: all } }));
        }
        await updateBucket(s3, target, scope, found);
        return undefined;
      });
    },
  };
  return step;
}
