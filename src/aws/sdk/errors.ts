import type { PlatformError } from "../../platform/port.ts";
import {
  isConflict,
  isError,
  isNotFound,
  isThrottle,
  sdkError,
  type SdkError,
} from "./error-names.ts";

/** What was being done when AWS said no. */
export interface Attempted {
  /** In the infinitive, with the resource: `create the cluster ml-cluster-recsys`. */
  readonly action: string;
  /** `cluster ml-cluster-recsys`, an ARN …, for anyone who shows the error with its place. */
  readonly resource?: string;
  /** Name of the environment, so that the help can name the command to run. */
  readonly environment?: string;
}

/** Turns whatever the SDK threw into one sentence with AWS's own words, and what to do about it. */
export function awsError(thrown: unknown, attempted: Attempted): PlatformError {
  const error = sdkError(thrown);
  const { reason, because, help } = explain(thrown, error, attempted);
  return {
    reason,
    message: `could not ${attempted.action}: ${because}`,
    ...(help === undefined ? {} : { help }),
    ...(attempted.resource === undefined ? {} : { resource: attempted.resource }),
  };
}

interface Explanation {
  readonly reason: PlatformError["reason"];
  readonly because: string;
  readonly help?: string | undefined;
}

function explain(thrown: unknown, error: SdkError, attempted: Attempted): Explanation {
  return (
    interruption(error) ??
    connection(error) ??
    credentials(thrown, error) ??
    bootstrapMissing(thrown, error, attempted) ??
    permission(thrown, error, attempted) ??
    region(thrown, error) ??
    limits(thrown, error) ??
    answer(thrown, error)
  );
}

function interruption(error: SdkError): Explanation | undefined {
  if (error.name !== "AbortError" && error.code !== "ABORT_ERR") return undefined;
  return {
    reason: "interrupted",
    because: "interrupted",
    help: "run it again: it continues from what exists",
  };
}

function connection(error: SdkError): Explanation | undefined {
  const help =
    "check `region` and `endpoint_url` of the environment in esteira.yaml, and the network";
  if (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN") {
    return {
      reason: "unavailable",
      because: `the endpoint's name is not known (${error.message})`,
      help,
    };
  }
  if (error.code !== undefined && connectionFailures.has(error.code)) {
    return {
      reason: "unavailable",
      because: `the endpoint can't be reached (${error.message})`,
      help,
    };
  }
  if (error.name === "TimeoutError") {
    return {
      reason: "unavailable",
      because: `the endpoint didn't answer in time (${error.message})`,
      help,
    };
  }
  return undefined;
}

const connectionFailures = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
]);

function credentials(thrown: unknown, error: SdkError): Explanation | undefined {
  const again = "sign in again (`aws sso login`, or renew the keys in use) and repeat the command";
  if (
    isError(thrown, "ExpiredToken", "ExpiredTokenException", "RequestExpired") ||
    isError(thrown, "CredentialsProviderError: expired", "TokenProviderError: expired")
  ) {
    return { reason: "permission", because: "the AWS credentials have expired", help: again };
  }
  if (isError(thrown, "CredentialsProviderError", "TokenProviderError")) {
    return {
      reason: "permission",
      because: `there are no AWS credentials (${error.message})`,
      help: "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with `aws sso login`",
    };
  }
  if (
    isError(
      thrown,
      "InvalidClientTokenId",
      "UnrecognizedClientException",
      "InvalidAccessKeyId",
      "SignatureDoesNotMatch",
      "InvalidSignatureException",
      "AuthFailure",
      "IncompleteSignature",
    )
  ) {
    return {
      reason: "permission",
      because: `AWS does not accept the credentials (${words(error)})`,
      help: "check which credentials are in use with `aws sts get-caller-identity`, and the machine's clock",
    };
  }
  return undefined;
}

/**
 * What AWS says when a thing that bootstrap makes is not there, or isn't as it should be; the step
 * that makes it.
 */
const signsOfMissingBootstrap: readonly (readonly [pattern: string, step: string])[] = [
  ["NoSuchBucket", "bucket"],
  ["RepositoryNotFoundException", "repository"],
  ["InvalidGroup.NotFound", "security-group"],
  ["ValidationError: invalid iaminstanceprofile", "instance-profile"],
  ["ValidationError: invalid iam instance profile", "instance-profile"],
  [
    "ValidationException: must allow aws eventbridge scheduler to assume the role",
    "role-scheduler",
  ],
  ["AccessDeniedException: neither the global service principal", "role-step-functions"],
  ["AccessDeniedException: is not authorized to create managed-rule", "role-step-functions"],
  ["AccessDeniedException: not authorized to access the log destination", "role-step-functions"],
  [
    "InvalidParameterException: unable to assume the service linked role",
    "service-linked-role-ecs",
  ],
];

function bootstrapMissing(
  thrown: unknown,
  error: SdkError,
  attempted: Attempted,
): Explanation | undefined {
  const sign = signsOfMissingBootstrap.find(([pattern]) => isError(thrown, pattern));
  if (sign === undefined) return undefined;
  return {
    reason: isNotFound(thrown)
      ? "not-found"
      : sign[0].startsWith("AccessDenied")
        ? "permission"
        : "invalid",
    because: words(error),
    help: `bootstrap's step \`${sign[1]}\` is missing or has changed; ${runBootstrap(attempted.environment)}`,
  };
}

/** The command that shows and fixes the base layer. */
export function runBootstrap(environment: string | undefined): string {
  return `an administrator runs \`esteira bootstrap -e ${environment ?? "ENVIRONMENT"}\``;
}

function permission(
  thrown: unknown,
  error: SdkError,
  attempted: Attempted,
): Explanation | undefined {
  const denied =
    isError(
      thrown,
      "AccessDenied",
      "AccessDeniedException",
      "UnauthorizedOperation",
      "AuthorizationError",
      "AuthorizationErrorException",
      "NotAuthorized",
      "Forbidden",
    ) || error.status === 403;
  if (!denied) return undefined;
  const action = /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)/.exec(error.message)?.[1];
  return {
    reason: "permission",
    because: action === undefined ? words(error) : `no permission for ${action} (${words(error)})`,
    help:
      `\`esteira iam deploy-policy -e ${attempted.environment ?? "ENVIRONMENT"}\` prints the policy that a deploy needs` +
      "; bootstrap needs an administrator",
  };
}

function region(thrown: unknown, error: SdkError): Explanation | undefined {
  const elsewhere =
    isError(
      thrown,
      "PermanentRedirect",
      "AuthorizationHeaderMalformed",
      "IllegalLocationConstraintException",
    ) || error.status === 301;
  if (!elsewhere) return undefined;
  return {
    reason: "invalid",
    because: `it is in another region (${words(error)})`,
    help: "check `region` and `artifacts_uri` of the environment in esteira.yaml",
  };
}

function limits(thrown: unknown, error: SdkError): Explanation | undefined {
  if (isThrottle(thrown)) {
    return {
      reason: "unavailable",
      because: `AWS still throttles after many attempts (${words(error)})`,
      help: "run it again in a while: it continues from what exists",
    };
  }
  if (
    isError(
      thrown,
      "LimitExceeded",
      "LimitExceededException",
      "LimitExceededFault",
      "ServiceQuotaExceededException",
      "StateMachineLimitExceeded",
      "ResourceLimitExceeded",
      "VpcLimitExceeded",
      "SecurityGroupLimitExceeded",
    )
  ) {
    return {
      reason: "limit",
      because: `a quota of the account is used up (${words(error)})`,
      help: "remove what isn't needed, or ask AWS for more in the Service Quotas console",
    };
  }
  return undefined;
}

/** AWS answered, and the answer is about the request itself. */
function answer(thrown: unknown, error: SdkError): Explanation {
  const because = words(error);
  if (error.status !== undefined && error.status >= 500) {
    return {
      reason: "unavailable",
      because: `AWS had an internal problem (${because})`,
      help: "run it again: it continues from what exists",
    };
  }
  if (isNotFound(thrown)) return { reason: "not-found", because };
  if (isConflict(thrown)) {
    return { reason: "conflict", because, help: "somebody else may be changing it; run it again" };
  }
  if (error.status === undefined) return { reason: "failed", because };
  return { reason: "invalid", because };
}

/**
 * AWS's own words on one line, with the name it gives the error; without what only AWS can read.
 */
function words({ name, message }: SdkError): string {
  const plain = message
    .replace(/(?<!\s)\s*Encoded authorization failure message: \S+/, "")
    .replaceAll(/\s+/g, " ")
    .replace(/(?<![.\s])[.\s]+$/, "");
  const says = name === "Error" || name === "Unknown" || plain.startsWith(name);
  return says ? plain : `${name}: ${plain}`;
}
