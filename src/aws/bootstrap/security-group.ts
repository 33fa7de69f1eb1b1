import {
  AuthorizeSecurityGroupEgressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from "@aws-sdk/client-ec2";

import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import type { PolicyScope } from "../iam/scope.ts";
import { fromUpperTags, tagChanges, upperTags } from "../sdk/ownership.ts";
import { fieldChanges, tagFieldChanges } from "../resources/fields.ts";
import { securityGroupSettles, untilConsistent, untilThere } from "../sdk/retry.ts";
import { baseTags, planned, refusal, refused, unchanged, type BaseStep } from "./step.ts";

/**
 * Nothing comes in, everything may go out: what batch work needs, and what AWS gives a new group.
 */
const everywhere: IpPermission = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] };

/**
 * EC2 takes no quotation marks there:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
 */
export const securityGroupDescription = "Instances that run the steps of Esteira projects";

/** The instances' security group. */
export function securityGroupStep(scope: PolicyScope, context: AwsContext): BaseStep {
  const { ec2 } = context.clients;
  const name = scope.names.securityGroup;
  const { vpcId } = context.environment;
  const tags = baseTags(context);

  const find = async (): Promise<SecurityGroup | undefined> => {
    const { SecurityGroups = [] } = await ec2.send(
      // By filters: names alone are looked for in the default network only.
      new DescribeSecurityGroupsCommand({
        Filters: [
          { Name: "vpc-id", Values: [vpcId] },
          { Name: "group-name", Values: [name] },
        ],
      }),
    );
    return SecurityGroups[0];
  };

  const step: BaseStep = {
    id: "security-group",
    kind: "security-group",
    name,
    desired: { vpc_id: vpcId, ingress: [], egress: ["0.0.0.0/0"] },
    async plan(base) {
      const seen = await callAws(context.environment.name, `read the security group ${name}`, find);
      if (!seen.ok) return seen;
      const found = seen.value;
      if (found === undefined) {
        return planned(
          base,
          { action: "create", fields: [] },
          `create the security group ${name}`,
          async (work) => {
            const id = await create();
            // Its id is known before it is everywhere.
            await untilConsistent(
              () => ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] })),
              [securityGroupSettles],
              work.waiting,
            );
            return { securityGroupId: id };

            async function create(): Promise<string> {
              try {
                const created = await ec2.send(
                  new CreateSecurityGroupCommand({
                    GroupName: name,
                    Description: securityGroupDescription,
                    VpcId: vpcId,
                    TagSpecifications: [{ ResourceType: "security-group", Tags: upperTags(tags) }],
                  }),
                );
                return created.GroupId ?? "";
              } catch (thrown) {
                if (!isError(thrown, "InvalidGroup.Duplicate")) throw thrown;
                // An earlier request of ours whose answer got lost.
                const there = await untilThere(
                  find,
                  "EC2 sees the security group",
                  { capMs: 60_000 },
                  work.waiting,
                );
                if (there?.GroupId === undefined) throw thrown;
                return there.GroupId;
              }
            }
          },
        );
      }

      const observedTags = fromUpperTags(found.Tags);
      const foreign = refusal(base, step, observedTags);
      if (foreign !== undefined) return refused(foreign);
      const GroupId = found.GroupId ?? "";
      const facts = { securityGroupId: GroupId };
      const ingress = found.IpPermissions ?? [];
      const open = (found.IpPermissionsEgress ?? []).some(allowsAll);
      const fields = [
        ...fieldChanges(ingress.map(describeRule), [], "ingress"),
        ...(open
          ? []
          : fieldChanges(
              (found.IpPermissionsEgress ?? []).map(describeRule),
              ["all: 0.0.0.0/0"],
              "egress",
            )),
        ...tagFieldChanges(tags, observedTags),
      ];
      if (fields.length === 0) return unchanged(facts);
      return planned(
        base,
        { action: "update", fields },
        `update the security group ${name}`,
        async () => {
          const { set } = tagChanges(tags, observedTags);
          if (Object.keys(set).length > 0) {
            await ec2.send(new CreateTagsCommand({ Resources: [GroupId], Tags: upperTags(set) }));
          }
          if (ingress.length > 0) {
            await ec2.send(
              new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: ingress }),
            );
          }
          if (!open) {
            await ec2.send(
              new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [everywhere] }),
            );
          }
          return undefined;
        },
        facts,
      );
    },
  };
  return step;
}

function allowsAll({ IpProtocol, IpRanges = [] }: IpPermission): boolean {
  return IpProtocol === "-1" && IpRanges.some(({ CidrIp }) => CidrIp === "0.0.0.0/0");
}

/** `tcp 22: 10.0.0.0/8` */
function describeRule(rule: IpPermission): string {
  const { IpProtocol = "-1", FromPort, ToPort } = rule;
  const ports =
    FromPort === undefined || IpProtocol === "-1"
      ? ""
      : FromPort === ToPort
        ? ` ${FromPort}`
        : ` ${FromPort}-${ToPort}`;
  const peers = [
    ...(rule.IpRanges ?? []).map(({ CidrIp }) => CidrIp),
    ...(rule.Ipv6Ranges ?? []).map(({ CidrIpv6 }) => CidrIpv6),
    ...(rule.UserIdGroupPairs ?? []).map(({ GroupId }) => GroupId),
    ...(rule.PrefixListIds ?? []).map(({ PrefixListId }) => PrefixListId),
  ];
  return `${IpProtocol === "-1" ? "all" : IpProtocol}${ports}: ${peers.join(", ")}`;
}
