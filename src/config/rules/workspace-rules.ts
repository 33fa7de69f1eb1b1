import type { WorkspaceRule } from "./rule.ts";

/** Every rule about `esteira.yaml`. */
export const WORKSPACE_RULES: readonly WorkspaceRule[] = [];
