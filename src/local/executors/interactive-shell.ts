/**
 * What a shell runs to be a person's: bash where there is one, without the person's own settings,
 * which may find another Python. It ends as a failure, so that the helper that it runs in keeps
 * nothing of what was tried.
 */
export const interactiveShell =
  'export PS1="($ESTEIRA_PROJECT $ESTEIRA_STEP) \\$ "; ' +
  "if command -v bash >/dev/null; then bash --norc --noprofile -i; else sh -i; fi; exit 1";
