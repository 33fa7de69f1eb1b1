import { unreachable } from "../../core/unreachable.ts";
import { command, type UnstartableProject, type WatchFacts, type WatchFinding } from "./facts.ts";

/** No run of a deployed project can start, though nothing was to start yet. */
export function unstartable(facts: WatchFacts, found: UnstartableProject): WatchFinding {
  const { project, lacks, name } = found;
  const again = `\`${command(facts, "deploy", project)}\``;
  // Who looks here knows what is deployed, and not which folders there are.
  const otherwise = `where the project is gone from the workspace, \`${command(facts, "destroy", project)}\` removes what is left of it`;
  const finding = {
    project,
    run: undefined,
    since: facts.now,
    key: `no-${lacks}/${project}/${name}`,
  };
  switch (lacks) {
    case "revision":
      return {
        ...finding,
        code: "watch/no-revision",
        message: `no run of ${project} can start: somebody has deregistered ${name}, the revision of its task definition that is deployed`,
        help: `${again} registers another; ${otherwise}.`,
      };
    case "image":
      return {
        ...finding,
        code: "watch/no-image",
        message: `no run of ${project} can start on a new instance: its image ${name} is gone from the registry`,
        help: `${again} publishes it again; ${otherwise}.`,
      };
    default:
      return unreachable(lacks);
  }
}
