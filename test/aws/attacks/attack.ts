import type { Authorization } from "../rig/policy.ts";

/**
 * Something that one of our roles must not be able to do, or that it can and that has to be known.
 */
export interface Attack {
  readonly kind: "more rights" | "other project" | "other environment" | "other team" | "traces";
  /** What is tried, as the page says it. */
  readonly what: string;
  readonly asked: Authorization | readonly Authorization[];
  /** The identities that are allowed to; all others are not. */
  readonly allowed: readonly string[];
}

const account = "123456789012";
/** Of something in the environment's account and region. */
export const arn = (service: string, resource: string) =>
  `arn:aws:${service}:us-east-1:${account}:${resource}`;
/** ARN of a role of the account. */
export const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
/** ARN of an object in the bucket that dev and prd share. */
export const key = (path: string) => `arn:aws:s3:::ml-data/${path}`;
/** Begins the keys of dev's documents. */
export const ours = "esteira/v1/acme/dev/";
/** Begins the keys of prd's documents. */
export const theirs = "esteira/v1/acme/prd/";
/** The ownership tags of what is there, or of what is asked to be made. */
export const tags = (kind: "Resource" | "Request", environment: string) => ({
  [`aws:${kind}Tag/esteira:workspace`]: "acme",
  [`aws:${kind}Tag/esteira:environment`]: environment,
});
/** A launch template: its ARN has no name, so whose it is is in its tags. */
export const template = arn("ec2", "launch-template/lt-0123456789abcdef0");
/** The service that a role is handed to. */
export const passed = (service: string) => ({ "iam:PassedToService": `${service}.amazonaws.com` });
/** One question of AWS's to a policy. */
export const ask = (
  action: string,
  resource: string,
  context: Authorization["context"] = {},
): Authorization => ({ action, resource, context });
/** No role is allowed to. */
export const nobody: readonly string[] = [];
