/** Flags that every command has. */
export interface CommonFlags {
  readonly json?: boolean;
}

export interface EnvironmentFlags extends CommonFlags {
  readonly env?: string;
}

export const jsonFlag = {
  json: {
    kind: "boolean",
    brief: "Print JSON on stdout, for programs",
    optional: true,
    withNegated: false,
  },
} as const;

export const envFlag = {
  env: {
    kind: "parsed",
    parse: String,
    brief: "Environment to act on ($ENV, else local)",
    placeholder: "name",
    optional: true,
  },
} as const;

export const commonFlags = { ...jsonFlag, ...envFlag } as const;
export const envAlias = { e: "env" } as const;
