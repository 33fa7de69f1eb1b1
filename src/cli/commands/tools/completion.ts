import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import type { completionCommand, Shell } from "./completion-command.ts";
import { printJson } from "../../terminal/json-output.ts";

/**
 * Each script asks `esteira __complete WORDS…`, which answers `WORD<tab>DESCRIPTION` lines for the
 * last word. How to set a shell up: bash:
 * https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html, zsh:
 * https://zsh.sourceforge.io/Doc/Release/Completion-System.html, fish:
 * https://fishshell.com/docs/current/completions.html
 */
const scripts: Readonly<Record<Shell, string>> = {
  bash: `_esteira() {
  local IFS=$'\\n'
  COMPREPLY=($(esteira __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o default -F _esteira esteira`,
  zsh: `_esteira() {
  local -a found
  found=(\${(f)"$(esteira __complete "\${(@)words[2,CURRENT]}" 2>/dev/null | sed -e 's/:/\\\\:/g' -e $'s/\\t/:/')"})
  if (( \${#found} )); then _describe esteira found; else _files; fi
}
compdef _esteira esteira`,
  fish: `complete -c esteira -f -a '(esteira __complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`,
};

export const completion: ActionOf<typeof completionCommand> = async (context, flags, shell) => {
  if (flags.json) printJson(context, "completion", { shell, script: scripts[shell] });
  else context.out.line(scripts[shell]);
  return ok("ok");
};
