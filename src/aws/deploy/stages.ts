import { ok } from "../../core/result.ts";
import { heldNote } from "../../platform/schedules.ts";
import {
  desiredCapacity,
  desiredCapacityProvider,
  desiredCluster,
  desiredGroup,
  desiredLaunchTemplate,
  desiredLogGroup,
  desiredSchedule,
  desiredStateMachine,
  desiredWorkflowLogGroup,
} from "./desired.ts";
import { desiredTaskDefinition } from "./desired-task.ts";
import { autoScalingGroup } from "../resources/auto-scaling-group.ts";
import { capacityProvider } from "../resources/capacity-provider.ts";
import { clusterCapacity } from "../resources/cluster-capacity.ts";
import { cluster } from "../resources/cluster.ts";
import { launchTemplate } from "../resources/launch-template.ts";
import { logGroup } from "../resources/log-group.ts";
import { workflowLogGroup } from "../resources/names.ts";
import { schedule } from "../resources/schedule.ts";
import { isDisabledByHand } from "../resources/schedule-spec.ts";
import { stateMachine } from "../resources/state-machine.ts";
import { taskDefinition } from "../resources/task-definition.ts";
import { type Stage, stage } from "./stage.ts";

/** In the order in which they are made: each from those before it. */
export const stages: readonly Stage[] = [
  stage({
    key: "logGroup",
    kind: logGroup,
    name: (names) => names.logGroup,
    desired: (inputs) => ok(desiredLogGroup(inputs)),
  }),
  stage({
    key: "workflowLogGroup",
    kind: logGroup,
    name: workflowLogGroup,
    desired: (inputs) => ok(desiredWorkflowLogGroup(inputs)),
  }),
  stage({
    key: "cluster",
    kind: cluster,
    name: (names) => names.cluster,
    desired: (inputs) => ok(desiredCluster(inputs)),
  }),
  stage({
    key: "launchTemplate",
    kind: launchTemplate,
    name: (names) => names.launchTemplate,
    desired: (inputs) => desiredLaunchTemplate(inputs),
    note: ({ spec }, { data }) =>
      data["ImageId"] === undefined || data["ImageId"] === spec.imageId
        ? undefined
        : `${spec.imageId} is the newest ECS-optimized AMI`,
    outputs: ({ id, version }, change) => ({
      launchTemplate: { id, ...(change === undefined ? { version: String(version) } : {}) },
    }),
  }),
  stage({
    key: "autoScalingGroup",
    kind: autoScalingGroup,
    name: (names) => names.autoScalingGroup,
    desired: (inputs, outputs) => ok(desiredGroup(inputs, outputs)),
    outputs: ({ arn }) => ({ autoScalingGroupArn: arn }),
  }),
  stage({
    key: "capacityProvider",
    kind: capacityProvider,
    name: (names) => names.capacityProvider,
    desired: (inputs, outputs) => ok(desiredCapacityProvider(inputs, outputs)),
  }),
  stage({
    key: "clusterCapacity",
    kind: clusterCapacity,
    owned: false,
    partOf: ({ clusterCapacity: _old, ...state }) =>
      state.cluster === undefined
        ? state
        : {
            ...state,
            clusterCapacity: {
              ...state.cluster.capacity,
              name: state.cluster.name,
              tags: state.cluster.tags,
            },
          },
    name: (names) => names.cluster,
    desired: (inputs) => ok(desiredCapacity(inputs)),
  }),
  stage({
    key: "taskDefinition",
    kind: taskDefinition,
    name: (names) => names.taskFamily,
    desired: desiredTaskDefinition,
    outputs: ({ arn }, change) => (change === undefined ? { taskDefinitionArn: arn } : {}),
  }),
  stage({
    key: "stateMachine",
    // Of a project with nothing to run, too: it bears the mark.
    expected: () => true,
    kind: stateMachine,
    name: (names) => names.stateMachine,
    desired: (inputs, outputs) => ok(desiredStateMachine(inputs, outputs)),
  }),
  stage({
    key: "schedule",
    expected: ({ definition, schedule: spec }) =>
      definition !== undefined && spec?.cron !== undefined,
    kind: schedule,
    name: (names) => names.schedule,
    desired(inputs, _upstream, observed) {
      const desired = desiredSchedule(inputs);
      if (desired === undefined) return undefined;
      const byHand = observed !== undefined && isDisabledByHand(observed);
      return ok(
        byHand || (inputs.scheduleHeld !== undefined && observed?.spec.state !== "ENABLED")
          ? {
              ...desired,
              spec: { ...desired.spec, state: "DISABLED" as const },
              held: inputs.scheduleHeld,
            }
          : desired,
      );
    },
    note({ configured, spec, held }) {
      if (configured !== "ENABLED" || spec.state !== "DISABLED") return undefined;
      return heldNote(held);
    },
  }),
];
