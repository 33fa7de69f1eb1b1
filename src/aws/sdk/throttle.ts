import type { Timing } from "../../core/clock.ts";

/** A quota of AWS's: so many requests at once, and then so many a second. */
export interface Quota {
  readonly burst: number;
  readonly perSecond: number;
}

/** A token bucket that keeps callers waiting, first come first served, instead of refusing them. */
export interface TokenBucket {
  /** Resolves when the caller may send one request; rejects with the signal's reason. */
  take(signal?: AbortSignal): Promise<void>;
  /**
   * Reports that AWS has refused a request for its rate: somebody else drinks from the same
   * bucket. What was saved up is void, and from now on half of the rate is counted on, which grows
   * back within a minute: requests that are refused again and again run out of attempts.
   */
  empty(): void;
}

/** Refusals that come so close together are about the same moment. Milliseconds. */
const sameMomentMs = 5000;
/** How long the rate takes from nothing to all of it. */
const recoveryMs = 60_000;
const smallestShare = 1 / 8;

export function tokenBucket(quota: Quota, timing: Timing): TokenBucket {
  let tokens = quota.burst;
  let filledAt = timing.now();
  /** Of the rate, what others leave us. */
  let share = 1;
  let halvedAt = -Infinity;

  const refill = () => {
    const now = timing.now();
    const elapsed = Math.max(0, now - filledAt);
    tokens = Math.min(quota.burst, tokens + (elapsed / 1000) * quota.perSecond * share);
    share = Math.min(1, share + elapsed / recoveryMs);
    filledAt = now;
  };

  return {
    async take(signal) {
      signal?.throwIfAborted();
      refill();
      // Below zero is what is promised to those who wait: anyone who comes next waits longer.
      tokens -= 1;
      if (tokens >= 0) return;
      await timing.sleep(Math.ceil((-tokens / (quota.perSecond * share)) * 1000), signal);
    },
    empty() {
      refill();
      tokens = Math.min(tokens, 0);
      if (filledAt - halvedAt < sameMomentMs) return;
      share = Math.max(smallestShare, share / 2);
      halvedAt = filledAt;
    },
  };
}

/** One bucket a quota, made when it is first asked for. */
export interface Budget {
  /**
   * The bucket that a request draws from; undefined where no quota is known and retries have to do.
   */
  bucketOf(service: string, operation: string): TokenBucket | undefined;
}

export function budget(timing: Timing): Budget {
  const buckets = new Map<string, TokenBucket>();
  return {
    bucketOf(service, operation) {
      const name = quotaName(service, operation);
      if (name === undefined) return undefined;
      let bucket = buckets.get(name);
      if (bucket === undefined) {
        bucket = tokenBucket(quotas[name], timing);
        buckets.set(name, bucket);
      }
      return bucket;
    },
  };
}

/**
 * AWS's quotas in us-east-1 (ECS "API request rate limits", Step Functions "Quotas related to API
 * action throttling", EventBridge Scheduler "Quotas", ECR "Service quotas"). Other regions can be
 * lower, and others may use the account: what is refused all the same is tried again. The slow ones
 * (one a second) are taken at three quarters of their burst for that reason.
 */
const quotas = {
  "ecs cluster writes": { burst: 15, perSecond: 1 },
  "ecs capacity provider writes": { burst: 7, perSecond: 1 },
  "ecs task definition writes": { burst: 15, perSecond: 1 },
  "ecs task definition deletes": { burst: 4, perSecond: 1 },
  "ecs cluster reads": { burst: 50, perSecond: 20 },
  "ecs task definition reads": { burst: 50, perSecond: 20 },
  "ecs capacity provider reads": { burst: 50, perSecond: 20 },
  "ecs tasks": { burst: 100, perSecond: 40 },
  "ecs tags": { burst: 20, perSecond: 10 },
  "states CreateStateMachine": { burst: 75, perSecond: 1 },
  "states UpdateStateMachine": { burst: 75, perSecond: 1 },
  "states DeleteStateMachine": { burst: 75, perSecond: 1 },
  "states TagResource": { burst: 75, perSecond: 1 },
  "states UntagResource": { burst: 75, perSecond: 1 },
  "states ListTagsForResource": { burst: 75, perSecond: 1 },
  "states ValidateStateMachineDefinition": { burst: 75, perSecond: 1 },
  "states DescribeStateMachine": { burst: 200, perSecond: 20 },
  "states ListStateMachines": { burst: 100, perSecond: 5 },
  "states StartExecution": { burst: 1300, perSecond: 300 },
  "states StopExecution": { burst: 1000, perSecond: 200 },
  "states RedriveExecution": { burst: 1300, perSecond: 300 },
  "states DescribeExecution": { burst: 225, perSecond: 15 },
  "states DescribeStateMachineForExecution": { burst: 150, perSecond: 1 },
  "states GetExecutionHistory": { burst: 300, perSecond: 20 },
  "states ListExecutions": { burst: 150, perSecond: 5 },
  "logs GetLogEvents": { burst: 25, perSecond: 10 },
  "scheduler lists": { burst: 50, perSecond: 50 },
  "scheduler groups": { burst: 10, perSecond: 10 },
  "scheduler schedules": { burst: 1000, perSecond: 1000 },
  "ecr PutImage": { burst: 10, perSecond: 10 },
} satisfies Record<string, Quota>;

type QuotaName = keyof typeof quotas;

function isQuotaName(name: string): name is QuotaName {
  return Object.hasOwn(quotas, name);
}

function quotaName(service: string, operation: string): QuotaName | undefined {
  switch (service) {
    case "ecs":
      return ecsQuota(operation);
    case "scheduler":
      if (operation.startsWith("List")) return "scheduler lists";
      return operation.endsWith("ScheduleGroup") || /[Tt]agResource$/.test(operation)
        ? "scheduler groups"
        : "scheduler schedules";
    default: {
      const name = `${service} ${operation}`;
      return isQuotaName(name) ? name : undefined;
    }
  }
}

function ecsQuota(operation: string): QuotaName {
  const reads = operation.startsWith("Describe") || operation.startsWith("List");
  if (/[Tt]agResource$/.test(operation) || operation === "ListTagsForResource") return "ecs tags";
  if (operation === "DeleteTaskDefinitions") return "ecs task definition deletes";
  if (operation.includes("TaskDefinition")) {
    return reads ? "ecs task definition reads" : "ecs task definition writes";
  }
  // PutClusterCapacityProviders changes a cluster.
  if (/^(Create|Update|Delete|Describe)CapacityProviders?$/.test(operation)) {
    return reads ? "ecs capacity provider reads" : "ecs capacity provider writes";
  }
  if (/^(Run|Start|Stop|List|Describe)Tasks?$/.test(operation)) return "ecs tasks";
  return reads ? "ecs cluster reads" : "ecs cluster writes";
}
