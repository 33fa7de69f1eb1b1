import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";

import { awsError } from "./errors.ts";
import { isConflict, isNotFound } from "./error-names.ts";

const attempted = {
  action: "create the cluster ml-cluster-recsys",
  resource: "cluster ml-cluster-recsys",
  environment: "dev",
};

function failure(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 }, ...more });
}

const cases: readonly (readonly [string, Error, object])[] = [
  [
    "expired credentials",
    failure("ExpiredTokenException", "The security token included in the request is expired"),
    {
      reason: "permission",
      message: "could not create the cluster ml-cluster-recsys: the AWS credentials have expired",
      help: "sign in again (`aws sso login`, or renew the keys in use) and repeat the command",
    },
  ],
  [
    "no credentials",
    failure("CredentialsProviderError", "Could not load credentials from any providers", {
      $metadata: undefined,
    }),
    {
      reason: "permission",
      message:
        "could not create the cluster ml-cluster-recsys: there are no AWS credentials (Could not load credentials from any providers)",
      help: "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with `aws sso login`",
    },
  ],
  [
    "credentials that AWS doesn't know",
    failure(
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
    ),
    {
      reason: "permission",
      message:
        "could not create the cluster ml-cluster-recsys: AWS does not accept the credentials (UnrecognizedClientException: The security token included in the request is invalid)",
      help: "check which credentials are in use with `aws sts get-caller-identity`, and the machine's clock",
    },
  ],
  [
    "no permission",
    failure(
      "AccessDeniedException",
      "User: arn:aws:iam::1:user/u is not authorized to perform: ecs:CreateCluster on resource: arn:aws:ecs:us-east-1:1:cluster/c because no identity-based policy allows it",
    ),
    {
      reason: "permission",
      message:
        "could not create the cluster ml-cluster-recsys: no permission for ecs:CreateCluster (AccessDeniedException: User: arn:aws:iam::1:user/u is not authorized to perform: ecs:CreateCluster on resource: arn:aws:ecs:us-east-1:1:cluster/c because no identity-based policy allows it)",
      help: "`esteira iam deploy-policy -e dev` prints the policy that a deploy needs; bootstrap needs an administrator",
    },
  ],
  [
    "no permission, as EC2 says it",
    failure(
      "UnauthorizedOperation",
      "You are not authorized to perform this operation. Encoded authorization failure message: aBcD-123_x",
    ),
    {
      reason: "permission",
      message:
        "could not create the cluster ml-cluster-recsys: UnauthorizedOperation: You are not authorized to perform this operation",
      help: "`esteira iam deploy-policy -e dev` prints the policy that a deploy needs; bootstrap needs an administrator",
    },
  ],
  [
    "a role that bootstrap makes",
    failure(
      "ValidationException",
      "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    ),
    {
      reason: "invalid",
      message:
        "could not create the cluster ml-cluster-recsys: ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume the role",
      help: "bootstrap's step `role-scheduler` is missing or has changed; an administrator runs `esteira bootstrap -e dev`",
    },
  ],
  [
    "an unknown host",
    failure("Error", "getaddrinfo ENOTFOUND ecs.us-east-9.amazonaws.com", {
      code: "ENOTFOUND",
      $metadata: undefined,
    }),
    {
      reason: "unavailable",
      message:
        "could not create the cluster ml-cluster-recsys: the endpoint's name is not known (getaddrinfo ENOTFOUND ecs.us-east-9.amazonaws.com)",
      help: "check `region` and `endpoint_url` of the environment in esteira.yaml, and the network",
    },
  ],
  [
    "nobody at both addresses of a host",
    Object.assign(
      new AggregateError(
        [failure("Error", "connect ECONNREFUSED ::1:4566", { code: "ECONNREFUSED" })],
        "",
      ),
      { code: "ECONNREFUSED" },
    ),
    {
      reason: "unavailable",
      message:
        "could not create the cluster ml-cluster-recsys: the endpoint can't be reached (connect ECONNREFUSED ::1:4566)",
      help: "check `region` and `endpoint_url` of the environment in esteira.yaml, and the network",
    },
  ],
  [
    "another region",
    failure(
      "PermanentRedirect",
      "The bucket you are attempting to access must be addressed using the specified endpoint.",
    ),
    {
      reason: "invalid",
      message:
        "could not create the cluster ml-cluster-recsys: it is in another region (PermanentRedirect: The bucket you are attempting to access must be addressed using the specified endpoint)",
      help: "check `region` and `artifacts_uri` of the environment in esteira.yaml",
    },
  ],
  [
    "a throttle that doesn't end",
    failure("ThrottlingException", "Rate exceeded"),
    {
      reason: "unavailable",
      message:
        "could not create the cluster ml-cluster-recsys: AWS still throttles after many attempts (ThrottlingException: Rate exceeded)",
      help: "run it again in a while: it continues from what exists",
    },
  ],
  [
    "a quota",
    failure("LimitExceededException", "The number of clusters has reached its limit."),
    {
      reason: "limit",
      message:
        "could not create the cluster ml-cluster-recsys: a quota of the account is used up (LimitExceededException: The number of clusters has reached its limit)",
      help: "remove what isn't needed, or ask AWS for more in the Service Quotas console",
    },
  ],
  [
    "a value that AWS refuses",
    failure("InvalidParameterException", "Cluster name must match\n  ^[a-z]+$."),
    {
      reason: "invalid",
      message:
        "could not create the cluster ml-cluster-recsys: InvalidParameterException: Cluster name must match ^[a-z]+$",
    },
  ],
  [
    "a problem of AWS's own",
    failure("InternalFailure", "The request processing has failed", {
      $metadata: { httpStatusCode: 500 },
    }),
    {
      reason: "unavailable",
      message:
        "could not create the cluster ml-cluster-recsys: AWS had an internal problem (InternalFailure: The request processing has failed)",
      help: "run it again: it continues from what exists",
    },
  ],
  [
    "an interruption",
    failure("AbortError", "Request aborted", { $metadata: undefined }),
    {
      reason: "interrupted",
      message: "could not create the cluster ml-cluster-recsys: interrupted",
      help: "run it again: it continues from what exists",
    },
  ],
];

test.each(cases)("says what is wrong and what to do: %s", (_, thrown, expected) => {
  expect(awsError(thrown, attempted)).toEqual({
    resource: "cluster ml-cluster-recsys",
    ...expected,
  });
});

test.each([
  "ResourceNotFoundException",
  "ClusterNotFoundException",
  "NoSuchEntityException",
  "StateMachineDoesNotExist",
  "InvalidGroup.NotFound",
  "InvalidLaunchTemplateName.NotFoundException",
  "QueueDoesNotExist",
])("knows %s as absence", (name) => {
  expect(isNotFound(failure(name, ""))).toBe(true);
  expect(isConflict(failure(name, ""))).toBe(false);
});

test.each([
  "EntityAlreadyExistsException",
  "RepositoryAlreadyExistsException",
  "InvalidGroup.Duplicate",
  "InvalidLaunchTemplateName.AlreadyExistsException",
  "AlreadyExistsFault",
  "StateMachineAlreadyExists",
  "ConflictException",
  "ResourceInUseException",
  "UpdateInProgressException",
  "BucketAlreadyOwnedByYou",
])("knows %s as presence or somebody else's change", (name) => {
  expect(isConflict(failure(name, ""))).toBe(true);
  expect(isNotFound(failure(name, ""))).toBe(false);
});

describe("an answer without a body, as S3 gives it to a HEAD,", () => {
  test.each([
    [
      403,
      "permission",
      "HTTP 403 Forbidden, without an explanation",
      "`esteira iam deploy-policy -e dev` prints the policy that a deploy needs; bootstrap needs an administrator",
    ],
    [
      301,
      "invalid",
      "it is in another region (HTTP 301 Moved Permanently, without an explanation)",
      "check `region` and `artifacts_uri` of the environment in esteira.yaml",
    ],
    [404, "not-found", "NotFound: HTTP 404 Not Found, without an explanation", undefined],
    [400, "invalid", "HTTP 400 Bad Request, without an explanation", undefined],
    [
      503,
      "unavailable",
      "AWS had an internal problem (HTTP 503 Service Unavailable, without an explanation)",
      "run it again: it continues from what exists",
    ],
  ])("of status %i", async (status, reason, because, help) => {
    const server = createServer((_request, response) => response.writeHead(status).end());
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const s3 = new S3Client({
      region: "us-east-1",
      endpoint: `http://127.0.0.1:${port}`,
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    const thrown: unknown = await s3.send(new HeadBucketCommand({ Bucket: "b" })).then(
      () => undefined,
      (error: unknown) => error,
    );
    server.close();
    expect(awsError(thrown, { action: "find the bucket b", environment: "dev" })).toEqual({
      reason,
      message: `could not find the bucket b: ${because}`,
      ...(help === undefined ? {} : { help }),
    });
  });
});
