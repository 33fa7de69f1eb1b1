import { allow, type Condition, type Statement } from "./document.ts";
import { ofEnvironment, type PolicyScope } from "./scope.ts";

/** Launch templates have no names in their ARNs: whose they are is in their tags. */
export function templates(scope: PolicyScope): string {
  return scope.arn("ec2", "launch-template/*");
}

/** Limits tagging to the request that creates the tagged resource. */
export const whileCreating: Condition = {
  StringEquals: { "ec2:CreateAction": ["CreateLaunchTemplate", "RunInstances"] },
};

/**
 * Auto Scaling asks whether the caller could start what the template says: with a template of the
 * environment and with nothing else. Where a request has no template, `ec2:LaunchTemplate` is
 * absent and nothing is allowed.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html
 */
export function launchByTemplate(scope: PolicyScope): Statement[] {
  const { partition, region } = scope;
  const made = ["instance", "volume"].map((type) => scope.arn("ec2", `${type}/*`));
  return [
    allow("Ec2UseTemplates", "ec2:RunInstances", templates(scope), ofEnvironment(scope)),
    allow(
      "Ec2LaunchByTemplate",
      "ec2:RunInstances",
      [
        ...made,
        scope.arn("ec2", "network-interface/*"),
        // A network may be shared by another account; images and snapshots may be anybody's.
        ...["security-group", "subnet"].map((type) => `arn:${partition}:ec2:${region}:*:${type}/*`),
        ...["image", "snapshot"].map((type) => `arn:${partition}:ec2:${region}::${type}/*`),
      ],
      { ArnLike: { "ec2:LaunchTemplate": templates(scope) } },
    ),
    allow("Ec2TagWhatIsCreated", "ec2:CreateTags", made, whileCreating),
  ];
}
