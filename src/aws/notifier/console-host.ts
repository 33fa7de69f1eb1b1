import type { AwsContext } from "../sdk/context.ts";

/** Where AWS's console is, in each part of AWS. */
export function consoleHost({ partition }: Pick<AwsContext, "partition">): string {
  switch (partition) {
    case "aws-cn":
      return "console.amazonaws.cn";
    case "aws-us-gov":
      return "console.amazonaws-us-gov.com";
    default:
      return "console.aws.amazon.com";
  }
}
