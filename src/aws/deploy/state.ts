import type { ObservedGroup } from "../resources/auto-scaling-group-spec.ts";
import type { ObservedCapacityProvider } from "../resources/capacity-provider-spec.ts";
import type { ObservedCapacity } from "../resources/cluster-capacity.ts";
import type { ObservedCluster } from "../resources/cluster.ts";
import type { ObservedLaunchTemplate } from "../resources/launch-template.ts";
import type { ObservedLogGroup } from "../resources/log-group.ts";
import type { ObservedSchedule } from "../resources/schedule-spec.ts";
import type { ObservedStateMachine } from "../resources/state-machine-spec.ts";
import type { ObservedTaskDefinition } from "../resources/task-definition.ts";

/** What was observed of a project's resources; what isn't there is absent. */
export interface ProjectState {
  readonly logGroup?: ObservedLogGroup;
  readonly workflowLogGroup?: ObservedLogGroup;
  readonly cluster?: ObservedCluster;
  readonly launchTemplate?: ObservedLaunchTemplate;
  readonly autoScalingGroup?: ObservedGroup;
  readonly capacityProvider?: ObservedCapacityProvider;
  readonly clusterCapacity?: ObservedCapacity;
  readonly taskDefinition?: ObservedTaskDefinition;
  readonly stateMachine?: ObservedStateMachine;
  readonly schedule?: ObservedSchedule;
}

export type StateKey = keyof ProjectState;
