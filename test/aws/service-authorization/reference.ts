import { readFileSync } from "node:fs";

/**
 * What AWS says of the actions that our policies name, of a day:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 * Written by `npm run service-authorization`.
 */
export interface ServiceAuthorization {
  /** The package that it was taken from. */
  readonly source: string;
  /** Of the data: `2026-09-26`. */
  readonly date: string;
  readonly services: Record<string, ServiceFacts>;
}

export interface ServiceFacts {
  /** All actions, in lower case. */
  readonly names: readonly string[];
  /** Those that our policies name, by their names as AWS writes them. */
  readonly actions: Readonly<Record<string, ActionFacts>>;
  readonly resources: Readonly<Record<string, ResourceFacts>>;
}

export interface ActionFacts {
  /** `Read`, `List`, `Write`, `Tagging`, `Permissions management`; some have two. */
  readonly level: string;
  /** Condition keys that it has whatever it is done to. */
  readonly conditions: readonly string[];
  /** Types of resources that it can be limited to, with the condition keys that each adds. */
  readonly resources: Readonly<Record<string, readonly string[]>>;
}

export interface ResourceFacts {
  /** `arn:${Partition}:ecs:${Region}:${Account}:cluster/${ClusterName}` */
  readonly arn: string;
  readonly conditions: readonly string[];
}

/** The file beside this one. */
export function serviceAuthorization(): ServiceAuthorization {
  const file = new URL("reference.json", import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as ServiceAuthorization;
}
