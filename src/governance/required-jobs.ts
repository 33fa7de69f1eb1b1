/**
 * The jobs of the pull requests' workflow, by the names under which GitHub knows them: what `init`
 * writes and `ci protect` demands.
 */
export const requiredJobs = ["Check", "Plan"] as const;
