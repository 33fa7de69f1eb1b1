/**
 * The actions that our workflows use, each at the commit of a release: a tag can be moved, a commit
 * can't. The comment is the release's tag.
 * https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions
 */
export const actions = {
  checkout: "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
  setupNode: "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0",
  awsCredentials:
    "aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3",
} as const;
