import type { ProjectRule } from "./rule.ts";

/** Every rule about one project in one environment, in the order of the file's sections. */
export const PROJECT_RULES: readonly ProjectRule[] = [];
