export interface RuntimeConfig {
  /** `3.11` */
  readonly pythonVersion: string | undefined;
  /** Relative to the project; undefined when the project has none. */
  readonly requirementsFile: string | undefined;
  /** What says the dependencies instead, such as `uv.lock`; absent: nothing does. */
  readonly dependencyFile?: string;
  /** Relative to the project. */
  readonly dockerfile: string;
  /** Python packages of the workspace, relative to its root; absent: none are shared. */
  readonly packages?: readonly string[];
  /** Where packages come from instead of PyPI; absent: what the machine is set to. */
  readonly index?: PackageIndex;
  /** `runtime.env_vars` with the environment's overlay applied. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretReference>>;
}

/** A private index of Python packages. */
export interface PackageIndex {
  /** Without a password; may have a user's name. */
  readonly url: string;
  /** Name of the secret that opens it, below `/esteira/{env}/_index/`. */
  readonly secret: string;
}

export interface SecretReference {
  readonly source: "ssm" | "secretsmanager";
  /** Below `/esteira/{env}/{project}/`, or below `/esteira/{env}/_shared/`. */
  readonly name: string;
  /** Projects share it; it is in Parameter Store then. Absent: it is the project's own. */
  readonly shared?: true;
  /** Key inside a JSON secret; only `secretsmanager`. */
  readonly key?: string;
}
