import {
  afterwards,
  type CommandEvidence,
  type Rule,
  shortened,
  subject,
  withDetail,
} from "./rule.ts";

/**
 * A cell of a notebook that failed, as Papermill prints it: the cell by its number in the executed
 * notebook, then IPython's traceback, which marks the line of each frame.
 */
export const NOTEBOOK_RULE: Rule<CommandEvidence> = {
  code: "run/notebook-cell",
  recognize: (evidence) => {
    const { log } = evidence;
    const at = log.findLastIndex((line) =>
      /^Exception encountered at "In \[\d+\]":/.test(line.trim()),
    );
    if (at === -1) return undefined;
    const rest = log.slice(at);
    const [, cell] = /"In \[(\d+)\]"/.exec(rest[0] ?? "") ?? [];
    const frame = rest.findIndex((line) =>
      /^(?:Cell In|File .*ipykernel|Input In)/.test(line.trim()),
    );
    const source = rest.slice(Math.max(frame, 0)).find((line) => /^\s*-+> ?\d+ /.test(line));
    const [, line, code = ""] = /^\s*-+> ?(\d+) (.*)$/.exec(source ?? "") ?? [];
    const place =
      line === undefined ? `cell ${cell}` : `cell ${cell}, line ${line} (${code.trim()})`;
    return {
      message: withDetail(
        `${subject(evidence)} failed in ${place} of its executed notebook`,
        shortened(rest.at(-1)?.trim() ?? ""),
      ),
      help: `Its log has the whole traceback. Cells are counted as they were executed, the one with the run's parameters among them.${afterwards(evidence, " Correct the notebook, deploy, and resume: finished steps are not run again.")}`,
    };
  },
};
