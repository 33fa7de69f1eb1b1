import { allow, type Statement } from "./document.ts";
import type { PolicyScope } from "./scope.ts";

/**
 * What steps may do with artifacts, and with nothing else of the bucket.
 *
 * @param project only those of one project; all of them when it is undefined
 */
export function useArtifacts(scope: PolicyScope, project?: string): Statement[] {
  const artifacts = scope.location.artifacts + (project === undefined ? "" : `${project}/`);
  return [
    allow(
      "UseArtifacts",
      ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
      object(scope, `${artifacts}*`),
    ),
    ...listBucket(scope, "ListArtifacts", [`${artifacts}*`]),
    keepOffDocuments(scope),
  ];
}

/** Removing those that are older than they have to be kept. */
export function removeArtifacts(scope: PolicyScope): Statement {
  return allow(
    "RemoveOldArtifacts",
    "s3:DeleteObject",
    object(scope, `${scope.location.artifacts}*`),
  );
}

/**
 * Looking at what of the artifacts is old and which runs a cache needs, and at what the next runs
 * find there: names of files and the cache's own documents, and of no file what is in it.
 */
export function lookAtArtifacts(scope: PolicyScope): Statement[] {
  const { location, removesArtifacts, usesCache } = scope;
  if (!removesArtifacts && !usesCache) return [];
  return [
    ...(removesArtifacts ? listBucket(scope, "ListOldArtifacts", [`${location.artifacts}*`]) : []),
    allow("ReadCaches", "s3:GetObject", object(scope, `${location.artifacts}*/_cache/*`)),
  ];
}

/** Reading artifacts, and nothing else of the bucket. */
export function readArtifacts(scope: PolicyScope): Statement[] {
  return [
    allow("ReadArtifacts", "s3:GetObject", object(scope, `${scope.location.artifacts}*`)),
    // A list that isn't there is then missing instead of forbidden.
    ...listBucket(scope, "ListArtifacts", [`${scope.location.artifacts}*`]),
    keepOffDocuments(scope),
  ];
}

/**
 * A bucket that `artifacts_uri` names may serve several environments and workspaces, with artifacts
 * at its root: the documents of all of them are out of reach, not those of this one alone.
 */
function keepOffDocuments(scope: PolicyScope): Statement {
  return {
    Sid: "KeepOffDocuments",
    Effect: "Deny",
    Action: "s3:*",
    Resource: object(scope, `${everyonesDocuments}*`),
  };
}

/** Begins the keys of the documents of every environment, in whatever bucket. */
const everyonesDocuments = "esteira/v1/";

/** The environment's documents in these folders, or of these names, as ARNs. */
export function documents(scope: PolicyScope, names: readonly string[]): string[] {
  return names.map((name) =>
    object(scope, scope.location.documents + (name.endsWith(".json") ? name : `${name}/*`)),
  );
}

/** Adds entries to the audit trail: S3 is asked to write only what isn't there. */
export function addToAudit(scope: PolicyScope): Statement {
  return allow("AddToAudit", "s3:PutObject", documents(scope, ["audit"]), {
    Null: { "s3:if-none-match": "false" },
  });
}

/**
 * The audit trail only grows, whatever else is allowed: nobody who has these deletes an entry or
 * writes over one.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export function auditOnlyGrows(scope: PolicyScope): Statement[] {
  const Resource = documents(scope, ["audit"]);
  return [
    {
      Sid: "AuditIsKept",
      Effect: "Deny",
      Action: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
      Resource,
    },
    {
      Sid: "AuditIsNotOverwritten",
      Effect: "Deny",
      Action: "s3:PutObject",
      Resource,
      Condition: { Null: { "s3:if-none-match": "true" } },
    },
  ];
}

/**
 * Listing is asked of the bucket and not of what is in it; the condition says which keys. To who
 * may not list, S3 says that an absent object is forbidden instead of absent, and that question
 * names no prefix: hence `IfExists`.
 */
export function listBucket(
  scope: PolicyScope,
  sid: string,
  prefixes: readonly string[],
): Statement[] {
  const [first = "", ...others] = prefixes;
  return [
    allow(sid, "s3:ListBucket", `arn:${scope.partition}:s3:::${scope.location.bucket}`, {
      StringLikeIfExists: { "s3:prefix": others.length === 0 ? first : prefixes },
    }),
  ];
}

/** ARN of the objects in the environment's bucket whose keys match. */
export function object(scope: PolicyScope, key: string): string {
  return `arn:${scope.partition}:s3:::${scope.location.bucket}/${key}`;
}

/**
 * Seeing what projects publish, in whatever buckets: names and times, and of no object what is in
 * it.
 */
export function listPublished({ partition, published }: PolicyScope): Statement[] {
  const sorted = published.toSorted((a, b) => a.bucket.localeCompare(b.bucket));
  return [...Map.groupBy(sorted, ({ bucket }) => bucket)].map(([bucket, places], index) => {
    const prefixes = places.map(({ key }) => (key === "" || key.endsWith("/") ? `${key}*` : key));
    return allow(`SeePublished${index + 1}`, "s3:ListBucket", `arn:${partition}:s3:::${bucket}`, {
      StringLike: { "s3:prefix": [...new Set(prefixes)].toSorted() },
    });
  });
}

/**
 * What the notifier reads of a run's artifacts and adds to them: what the helper has measured of
 * its attempts, what its steps added to the report, and the page that is made of it. Of other files
 * it sees the names.
 */
export function readReports(scope: PolicyScope): Statement[] {
  const { artifacts } = scope.location;
  const below = (key: string): string => object(scope, `${artifacts}*/${key}`);
  return [
    allow("ReadReports", "s3:GetObject", [
      below("_outputs/*/manifest.json"),
      below("_outputs/*/attempts/*.json"),
      below("_outputs/*/artifacts/report/*"),
    ]),
    allow("KeepReports", "s3:PutObject", below("_report/*")),
    ...listBucket(scope, "FindReports", [`${artifacts}*`]),
  ];
}
