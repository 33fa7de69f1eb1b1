import { beforeAll, expect, test } from "vitest";

import { describeWith } from "../rig/parts.ts";
import { bootstrapped, deploy, environmentAround, recsys } from "./deploy-fixture.ts";
import { type Call, record } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";

/**
 * What AWS refuses or takes for something else, and the emulator lets pass: asserted on the
 * requests themselves.
 */
describeWith(moto(), "the requests of a deploy", (part) => {
  const calls: Call[] = [];
  const input = (operation: string): Record<string, unknown> => {
    const found = calls.findLast((call) => call.operation === operation);
    if (found === undefined) throw new Error(`${operation} was not asked for`);
    return found.input;
  };
  const position = (operation: string) => calls.findIndex((call) => call.operation === operation);

  const server = useMoto(part);

  beforeAll(async () => {
    await server().reset();
    const environment = await bootstrapped(server());
    const clients = record(server().clients(), calls);
    const around = environmentAround({ ...environment.context, clients });
    const platform = await around.open();
    const project = recsys();
    const compute = { ...project.compute, minQuantity: 1 };
    await deploy(platform, [around.release(recsys({ compute }))]);
    await deploy(platform, [
      around.release(
        recsys({
          compute: { ...compute, maxQuantity: 4, diskGb: 80 },
          schedule: {
            enabled: false,
            cron: "0 9 * * 1-5",
            timezone: "UTC",
            overlap: "allow",
            deadline: undefined,
          },
        }),
        "source-2",
      ),
    ]);
  });

  test("the number of instances is ECS's to decide: it is never sent", () => {
    for (const operation of ["CreateAutoScalingGroup", "UpdateAutoScalingGroup"]) {
      expect(Object.keys(input(operation))).not.toContain("DesiredCapacity");
    }
  });

  test("instances are protected before a capacity provider wants to manage them", () => {
    expect(input("CreateAutoScalingGroup")["NewInstancesProtectedFromScaleIn"]).toBe(true);
    expect(input("CreateCapacityProvider")["autoScalingGroupProvider"]).toMatchObject({
      managedScaling: { status: "ENABLED", targetCapacity: 100 },
      managedTerminationProtection: "ENABLED",
    });
    expect(position("CreateCapacityProvider")).toBeGreaterThan(position("CreateAutoScalingGroup"));
  });

  test("spot means spot: no share of on-demand instances by default, no market options in the template", () => {
    expect(input("CreateAutoScalingGroup")["MixedInstancesPolicy"]).toMatchObject({
      LaunchTemplate: {
        LaunchTemplateSpecification: { Version: "1" },
        Overrides: [{ InstanceType: "t3.xlarge" }],
      },
      InstancesDistribution: {
        OnDemandBaseCapacity: 0,
        OnDemandPercentageAboveBaseCapacity: 0,
        SpotAllocationStrategy: "price-capacity-optimized",
      },
    });
    expect(Object.keys(input("CreateLaunchTemplate")["LaunchTemplateData"] as object)).toEqual([
      "ImageId",
      "IamInstanceProfile",
      "SecurityGroupIds",
      "UserData",
      "MetadataOptions",
      "BlockDeviceMappings",
      "CreditSpecification",
      "TagSpecifications",
    ]);
  });

  test("a new group starts from no instance, and is raised when its capacity provider is attached", () => {
    const sizes = calls.flatMap(({ operation, input: { MinSize } }) => {
      if (operation === "PutClusterCapacityProviders") return [operation];
      return operation.endsWith("AutoScalingGroup") && typeof MinSize === "number"
        ? [`${operation} ${MinSize}`]
        : [];
    });
    expect(sizes.slice(0, 3)).toEqual([
      "CreateAutoScalingGroup 0",
      "PutClusterCapacityProviders",
      "UpdateAutoScalingGroup 1",
    ]);
  });

  test("a group is given the number of its template's version, and the new one when there is one", () => {
    expect(input("UpdateAutoScalingGroup")["MixedInstancesPolicy"]).toMatchObject({
      LaunchTemplate: { LaunchTemplateSpecification: { Version: "2" } },
    });
  });

  test("a template's requests have a token each: one of the content would bring back what was removed since", () => {
    const tokens = ["CreateLaunchTemplate", "CreateLaunchTemplateVersion"].map(
      (operation) => input(operation)["ClientToken"],
    );
    for (const token of tokens)
      expect(token).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(new Set(tokens).size).toBe(2);
  });

  test("the capacity provider has a weight: left out it is 0, and nothing is ever placed", () => {
    expect(input("PutClusterCapacityProviders")).toEqual({
      cluster: "ml-cluster-recsys",
      capacityProviders: ["cp-recsys"],
      defaultCapacityProviderStrategy: [{ capacityProvider: "cp-recsys", weight: 1, base: 0 }],
    });
  });

  test("a task definition has what a step needs, and no log line is dropped", () => {
    const { containerDefinitions, ...task } = input("RegisterTaskDefinition");
    expect(task).toMatchObject({
      family: "recsys",
      networkMode: "bridge",
      requiresCompatibilities: ["EC2"],
      runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" },
    });
    expect(Object.keys(task)).not.toContain("cpu");
    expect((containerDefinitions as unknown[])[0]).toMatchObject({
      name: "recsys",
      image: expect.stringMatching(/@sha256:[0-9a-f]{64}$/) as string,
      cpu: 2048,
      memory: 8192,
      entryPoint: ["sh", "-c"],
      linuxParameters: { initProcessEnabled: true },
      environment: expect.arrayContaining([
        { name: "AWS_DEFAULT_REGION", value: "us-east-1" },
        { name: "AWS_REGION", value: "us-east-1" },
      ]) as unknown,
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": "/ecs/recsys",
          "awslogs-region": "us-east-1",
          "awslogs-stream-prefix": "steps",
          mode: "blocking",
        },
      },
    });
    expect((task["tags"] as unknown[]).length).toBe(5);
  });

  test("a state machine runs a pinned revision, and logs where its log group is already", () => {
    const { definition, type, loggingConfiguration } = input("CreateStateMachine");
    expect(type).toBe("STANDARD");
    expect(definition).toContain(
      '"TaskDefinition":"arn:aws:ecs:us-east-1:123456789012:task-definition/recsys:1"',
    );
    expect(definition).not.toContain("${");
    expect(loggingConfiguration).toEqual({
      level: "ERROR",
      includeExecutionData: false,
      destinations: [
        {
          cloudWatchLogsLogGroup: {
            logGroupArn:
              "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/recsys-workflow:*",
          },
        },
      ],
    });
    expect(position("CreateStateMachine")).toBeGreaterThan(position("CreateLogGroup"));
  });

  test("a schedule says all there is to say, each time: an update replaces it whole", () => {
    const created = input("CreateSchedule");
    expect(created).toEqual({
      Name: "sched-recsys",
      GroupName: "default",
      Description: "Starts recsys-workflow; deployed enabled [esteira acme/dev/recsys]",
      ScheduleExpression: "cron(0 3 * * ? *)",
      ScheduleExpressionTimezone: "UTC",
      State: "ENABLED",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: {
        Arn: "arn:aws:states:us-east-1:123456789012:stateMachine:recsys-workflow",
        RoleArn: "arn:aws:iam::123456789012:role/esteira-acme-dev-scheduler",
        Input:
          '{"actor":"schedule","scheduled_time":"<aws.scheduler.scheduled-time>","trigger":"schedule"}',
        RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 3600 },
        DeadLetterConfig: {
          Arn: "arn:aws:sqs:us-east-1:123456789012:esteira-acme-dev-dead-letters",
        },
      },
    });
    expect(input("UpdateSchedule")).toEqual({
      ...created,
      Description: "Starts recsys-workflow; deployed disabled [esteira acme/dev/recsys]",
      ScheduleExpression: "cron(0 9 ? * MON-FRI *)",
      State: "DISABLED",
    });
  });

  test("the commit mark is the last thing that is written of a project", () => {
    const writes = calls.filter(
      ({ service, operation }) =>
        service !== "s3" && /^(Create|Put|Update|Register|Tag)/.test(operation),
    );
    expect(writes.at(-1)).toEqual({
      service: "states",
      operation: "TagResource",
      input: {
        resourceArn: "arn:aws:states:us-east-1:123456789012:stateMachine:recsys-workflow",
        tags: [
          { key: "esteira:fingerprint", value: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
        ],
      },
    });
  });
});
