import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  type GetBucketVersioningCommandOutput,
  GetPublicAccessBlockCommand,
  ListObjectsV2Command,
  type LifecycleRule,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

import {
  parsePolicy,
  policy,
  samePolicy,
  type PolicyDocument,
  type Statement,
} from "../iam/document.ts";
import type { PolicyScope } from "../iam/scope.ts";
import { isError, sdkError } from "../sdk/error-names.ts";
import { fromUpperTags, type Tags } from "../sdk/ownership.ts";
import { hasLifecycle, lifecycleRules, withLifecycle } from "./bucket-lifecycle.ts";
import { orAbsent } from "./step.ts";

/** How the bucket is, and should be; each part is read and written by a separate request. */
interface BucketState {
  readonly private: boolean;
  readonly encrypted: boolean;
  readonly versioned: boolean;
  /** Requests without TLS are refused. */
  readonly tlsOnly: boolean;
  /** Overwritten versions (not the audit trail's) and broken uploads go away by themselves. */
  readonly tidied: boolean;
}

/** How the bucket should be. */
export const wantedBucket: BucketState = {
  private: true,
  encrypted: true,
  versioned: true,
  tlsOnly: true,
  tidied: true,
};

interface Observed {
  readonly state: BucketState;
  readonly tags: Tags;
  readonly policy: PolicyDocument | undefined;
  readonly rules: readonly LifecycleRule[];
  /** Untagged and empty. */
  readonly halfMade: boolean;
}

const nothing: BucketState = {
  private: false,
  encrypted: false,
  versioned: false,
  tlsOnly: false,
  tidied: false,
};

/** What a bucket is like that was made a moment ago. */
export const newBucket: Pick<Observed, "state" | "policy" | "rules"> = {
  state: nothing,
  policy: undefined,
  rules: [],
};

async function isEmpty(s3: S3Client, target: Target): Promise<boolean> {
  const { KeyCount } = await s3.send(new ListObjectsV2Command({ ...target, MaxKeys: 1 }));
  return KeyCount === 0;
}

export type Target = { readonly Bucket: string; readonly ExpectedBucketOwner: string };

/**
 * What is there under the name; "closed": there is one, and it may not be looked into.
 */
export async function observeBucket(
  s3: S3Client,
  target: Target,
  scope: PolicyScope,
): Promise<Observed | "closed" | undefined> {
  let versioning: GetBucketVersioningCommandOutput;
  try {
    versioning = await s3.send(new GetBucketVersioningCommand(target));
  } catch (thrown) {
    if (isError(thrown, "NoSuchBucket")) return undefined;
    // S3 says no more than this of a bucket of another account.
    if (sdkError(thrown).status === 403) return "closed";
    throw thrown;
  }
  const [tagging, access, encryption, document, lifecycle] = await Promise.all([
    orAbsent(
      () => s3.send(new GetBucketTaggingCommand(target)),
      (e) => isError(e, "NoSuchTagSet"),
    ),
    orAbsent(
      () => s3.send(new GetPublicAccessBlockCommand(target)),
      (e) => isError(e, "NoSuchPublicAccessBlockConfiguration"),
    ),
    orAbsent(
      () => s3.send(new GetBucketEncryptionCommand(target)),
      (e) => isError(e, "ServerSideEncryptionConfigurationNotFoundError"),
    ),
    orAbsent(
      () => s3.send(new GetBucketPolicyCommand(target)),
      (e) => isError(e, "NoSuchBucketPolicy"),
    ),
    orAbsent(
      () => s3.send(new GetBucketLifecycleConfigurationCommand(target)),
      (e) => isError(e, "NoSuchLifecycleConfiguration"),
    ),
  ]);
  const block = access?.PublicAccessBlockConfiguration;
  const tags = fromUpperTags(tagging?.TagSet);
  const bucketPolicy = parsePolicy(document?.Policy);
  const rules = lifecycle?.Rules ?? [];
  return {
    state: {
      private:
        block?.BlockPublicAcls === true &&
        block.BlockPublicPolicy === true &&
        block.IgnorePublicAcls === true &&
        block.RestrictPublicBuckets === true,
      encrypted: (encryption?.ServerSideEncryptionConfiguration?.Rules ?? []).length > 0,
      versioned: versioning.Status === "Enabled",
      tlsOnly: (bucketPolicy?.Statement ?? []).some((statement) =>
        samePolicy(policy(statement), policy(onlyTls(scope))),
      ),
      tidied: hasLifecycle(rules, lifecycleRules(scope.location)),
    },
    tags,
    policy: bucketPolicy,
    rules,
    halfMade: Object.keys(tags).length === 0 && (await isEmpty(s3, target)),
  };
}

/** Makes the bucket, where it isn't made yet. */
export async function createBucket(s3: S3Client, name: string, region: string): Promise<void> {
  try {
    await s3.send(
      new CreateBucketCommand({
        Bucket: name,
        // S3 refuses its first region's name there.
        ...(region === "us-east-1"
          ? {}
          : { CreateBucketConfiguration: { LocationConstraint: region as "eu-west-1" } }),
      }),
    );
  } catch (thrown) {
    if (!isError(thrown, "BucketAlreadyOwnedByYou")) throw thrown;
  }
}

/** Changes each part of the bucket that isn't as it should be. */
export async function updateBucket(
  s3: S3Client,
  target: Target,
  scope: PolicyScope,
  observed: Pick<Observed, "state" | "policy" | "rules">,
): Promise<void> {
  const { state } = observed;
  if (!state.private) {
    await s3.send(
      new PutPublicAccessBlockCommand({
        ...target,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      }),
    );
  }
  if (!state.encrypted) {
    await s3.send(
      new PutBucketEncryptionCommand({
        ...target,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
      }),
    );
  }
  if (!state.versioned) {
    await s3.send(
      new PutBucketVersioningCommand({ ...target, VersioningConfiguration: { Status: "Enabled" } }),
    );
  }
  if (!state.tlsOnly) {
    const others = (observed.policy?.Statement ?? []).filter(
      ({ Sid }) => Sid !== onlyTls(scope).Sid,
    );
    await s3.send(
      new PutBucketPolicyCommand({
        ...target,
        Policy: JSON.stringify(policy(...others, onlyTls(scope))),
      }),
    );
  }
  if (!state.tidied) {
    const Rules = withLifecycle(observed.rules, lifecycleRules(scope.location));
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({ ...target, LifecycleConfiguration: { Rules } }),
    );
  }
}

/** Ours of the bucket's policy; an administrator may add to it. */
export function bucketPolicy(scope: PolicyScope): PolicyDocument {
  return policy(onlyTls(scope));
}

function onlyTls(scope: PolicyScope): Statement {
  const bucket = `arn:${scope.partition}:s3:::${scope.location.bucket}`;
  return {
    Sid: "EsteiraOnlyTls",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucket, `${bucket}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
