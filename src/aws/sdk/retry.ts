import { isError } from "./error-names.ts";
import type { Timing } from "../../core/clock.ts";

/** How long something that AWS is still making up its mind about is waited for. */
export interface Patience {
  /** Gives up after this many milliseconds. */
  readonly capMs: number;
  /** Wait before the second try; doubles from there. */
  readonly firstMs?: number;
  /** No single wait is longer. */
  readonly longestMs?: number;
}

export interface Waiting {
  readonly timing: Timing;
  readonly signal?: AbortSignal | undefined;
  /** Called before each wait, with how long it has been waited in all. */
  readonly onWait?: ((waitedMs: number, why: string) => void) | undefined;
}

/** One reason to try again. */
export interface Passing {
  /** `Name` or `Name: words of the message`, as `isError` reads them. */
  readonly errors: readonly string[];
  /** For people, after "waiting until": `the role is known everywhere`. */
  readonly until: string;
  readonly patience: Patience;
}

/**
 * Tries until it works or fails for a reason that isn't in `passing`, or until that reason's
 * patience is at its end: then the last error is thrown. AWS answers so while a change made a
 * moment ago has not reached all its parts.
 */
export async function untilConsistent<Value>(
  attempt: () => Promise<Value>,
  passing: readonly Passing[],
  waiting: Waiting,
): Promise<Value> {
  const { timing, signal, onWait } = waiting;
  const start = timing.now();
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const reason = passing.find(({ errors }) => isError(error, ...errors));
      const waited = timing.now() - start;
      if (reason === undefined || waited >= reason.patience.capMs) throw error;
      onWait?.(waited, reason.until);
      await timing.sleep(delay(tries, reason.patience, timing), signal);
    }
  }
}

/**
 * Asks until the answer is not undefined. Gives undefined when the patience is at its end: what
 * that means is the caller's to say.
 */
export async function untilThere<Value>(
  ask: () => Promise<Value | undefined>,
  until: string,
  patience: Patience,
  waiting: Waiting,
): Promise<Value | undefined> {
  const { timing, signal, onWait } = waiting;
  const start = timing.now();
  for (let tries = 0; ; tries += 1) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    const waited = timing.now() - start;
    if (waited >= patience.capMs) return undefined;
    onWait?.(waited, until);
    await timing.sleep(delay(tries, patience, timing), signal);
  }
}

/**
 * Doubles up to the longest, then somewhere in its upper half, so that many who wait for one thing
 * don't ask all at once.
 */
function delay(tries: number, patience: Patience, timing: Timing): number {
  const full = Math.min((patience.firstMs ?? 1000) * 2 ** tries, patience.longestMs ?? 10_000);
  return Math.ceil(full / 2 + (timing.random() * full) / 2);
}

const minutes = (count: number): number => count * 60_000;

/**
 * A role, its trust or its policy is new, and Step Functions doesn't see it yet: three texts, all
 * of them AccessDeniedException.
 */
export const stateMachineRoleSettles: Passing = {
  errors: [
    "AccessDeniedException: neither the global service principal",
    "AccessDeniedException: is not authorized to create managed-rule",
    "AccessDeniedException: is not authorized to access the log destination",
  ],
  until: "Step Functions sees its role",
  patience: { capMs: minutes(5) },
};

/** The state machine of that name is still being deleted. */
export const stateMachineDeleting: Passing = {
  errors: ["StateMachineDeleting"],
  until: "the old state machine of that name is gone",
  patience: { capMs: minutes(5) },
};

/** Somebody, or an earlier request of ours, is changing the same state machine. */
export const stateMachineConflict: Passing = {
  errors: ["ConflictException"],
  until: "another change of the state machine is done",
  patience: { capMs: minutes(1) },
};

/** A permanently wrong trust gives the same text: hence the cap. */
export const schedulerRoleSettles: Passing = {
  errors: ["ValidationException: must allow aws eventbridge scheduler to assume the role"],
  until: "EventBridge Scheduler sees its role",
  patience: { capMs: minutes(2) },
};

export const schedulerConflict: Passing = {
  errors: ["ConflictException: concurrent"],
  until: "another change of the schedule is done",
  patience: { capMs: minutes(1) },
};

/** An instance profile is new. */
export const instanceProfileSettles: Passing = {
  errors: [
    "ValidationError: invalid iaminstanceprofile",
    "ValidationError: invalid iam instance profile",
    "InvalidParameterValue: invalid iam instance profile",
    "InvalidParameterValue: iaminstanceprofile",
  ],
  until: "Auto Scaling sees the instance profile",
  patience: { capMs: minutes(2) },
};

/** The service-linked role of ECS is new. */
export const serviceLinkedRoleSettles: Passing = {
  errors: ["InvalidParameterException: unable to assume the service linked role"],
  until: "ECS can use its service-linked role",
  patience: { capMs: minutes(2) },
};

/** The cluster is still attaching or detaching capacity providers. */
export const clusterBusy: Passing = {
  errors: [
    "UpdateInProgressException",
    "ResourceInUseException",
    "ClientException: cluster was not active",
  ],
  until: "an update of the cluster is done",
  patience: { capMs: minutes(10) },
};

/** The auto scaling group is still starting or ending instances. */
export const autoScalingBusy: Passing = {
  errors: [
    "ScalingActivityInProgress",
    "ScalingActivityInProgressFault",
    "ResourceInUse",
    "ResourceInUseFault",
    "ResourceContention",
    "ResourceContentionFault",
  ],
  until: "a scaling activity is done",
  patience: { capMs: minutes(10) },
};

/** What still runs in the cluster, or is attached to it, is on its way out. */
export const clusterEmpties: Passing = {
  errors: [
    "ClusterContainsContainerInstancesException",
    "ClusterContainsTasksException",
    "ClusterContainsServicesException",
    "ClusterContainsCapacityProviderException",
    "UpdateInProgressException",
    "ResourceInUseException",
  ],
  until: "the cluster is empty",
  patience: { capMs: minutes(10) },
};

/** A new security group isn't known everywhere. */
export const securityGroupSettles: Passing = {
  errors: ["InvalidGroup.NotFound", "InvalidGroupId.NotFound"],
  until: "EC2 sees the security group",
  patience: { capMs: minutes(1) },
};

/** A new role can't be attached, tagged or named in a policy yet. */
export const roleSettles: Passing = {
  errors: [
    "NoSuchEntity",
    "NoSuchEntityException",
    "MalformedPolicyDocument: invalid principal",
    "MalformedPolicyDocumentException: invalid principal",
    "ConcurrentModification",
    "ConcurrentModificationException",
  ],
  until: "IAM sees the role",
  patience: { capMs: minutes(1) },
};

/** The notifier's role is new: Lambda tries it when the function is made. */
export const functionRoleSettles: Passing = {
  errors: ["InvalidParameterValueException: cannot be assumed by lambda"],
  until: "Lambda can take on the role",
  patience: { capMs: minutes(2) },
};

/** The function's last change isn't done. */
export const functionBusy: Passing = {
  errors: ["ResourceConflictException"],
  until: "an update of the function is done",
  patience: { capMs: minutes(2) },
};

/** The role's right to send to the queue is new: Lambda tries it when the queue is named. */
export const destinationSettles: Passing = {
  errors: ["InvalidParameterValueException: does not have permissions to call sendmessage"],
  until: "Lambda may send to the queue",
  patience: { capMs: minutes(2) },
};
