import { completionDocument } from "../../../app/project-documents.ts";
import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import type { completionCommand, Shell } from "./completion-command.ts";
import { printJson } from "../../terminal/json-output.ts";

/**
 * Each script asks `esteira __complete WORDS…`, which answers `WORD<tab>DESCRIPTION` lines for the
 * last word, and a line `<tab>files` where names of files may stand as well. A word that ends with
 * `=` gets no space after it. How to set a shell up: bash:
 * https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html, zsh:
 * https://zsh.sourceforge.io/Doc/Release/Completion-System.html, fish:
 * https://fishshell.com/docs/current/completions.html
 *
 * Bash takes `lr=0.1` for three words, and replaces the last of them only: the script puts them
 * together, and takes off the beginning of each answer. It is in the words of bash 3.2, macOS's.
 */
const scripts: Readonly<Record<Shell, string>> = {
  bash: `_esteira() {
  local typed=("") last=0 i word start line files=
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == [=:] || \${typed[last]} == *[=:] ]] &&
      [[ -n $word || \${COMP_LINE:0:COMP_POINT} == *[=:] ]] &&
      [[ $COMP_LINE == *"\${typed[last]}$word"* ]]; then
      typed[last]+=$word
    else
      typed[++last]=$word
    fi
  done
  word=\${typed[last]}
  start=\${word%"\${word##*[=:]}"}
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == $'\\tfiles' ]]; then files=1; continue; fi
    line=\${line%%$'\\t'*}
    COMPREPLY+=("\${line#"$start"}")
  done < <(esteira __complete "\${typed[@]:1}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} == 1 && $COMPREPLY == *= ]]; then compopt -o nospace 2>/dev/null; fi
  if [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "\${word#"$start"}")
  fi
  return 0
}
complete -F _esteira esteira`,
  zsh: `_esteira() {
  local -a closed open
  local line word files=
  for line in "\${(@f)$(esteira __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    word=\${line%%$'\\t'*}
    if [[ $line == $'\\tfiles' ]]; then files=1
    elif [[ $word == *= ]]; then open+=("\${word//:/\\\\:}:\${line#*$'\\t'}")
    elif [[ -n $word ]]; then closed+=("\${word//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done
  if (( \${#closed} )); then _describe esteira closed; fi
  if (( \${#open} )); then _describe esteira open -S ''; fi
  if [[ -n $files ]]; then _files; fi
}
compdef _esteira esteira`,
  fish: `function __esteira_complete
  set -l word (commandline -ct)
  for line in (esteira __complete (commandline -opc)[2..] "$word" 2>/dev/null)
    if test "$line" = \\tfiles
      __fish_complete_path "$word"
    else
      printf '%s\\n' "$line"
    end
  end
end
complete -c esteira -f -a '(__esteira_complete)'`,
};

export const completion: ActionOf<typeof completionCommand> = async (context, flags, shell) => {
  if (flags.json) printJson(context, "completion", completionDocument(shell, scripts[shell]));
  else context.out.line(scripts[shell]);
  return ok("ok");
};
