import { watch, type FSWatcher } from "node:fs";

/** Editors write several files for one save, some of them twice. */
const quietMs = 150;

/** Folders and files of tools, which no step reads. */
const ofTools =
  /(?:^|\/)(?:\.git|\.esteira|\.esteira-local|__pycache__|\.ipynb_checkpoints|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.venv|node_modules)(?:\/|$)|(?:~|\.swp|\.swx|\.pyc|\/4913)$|(?:^|\/)\.#/;

export interface Watch extends Disposable {
  /** Resolves at the next save after the last call, when nothing was written for a moment. */
  changed(): Promise<void>;
  /** Called at each save, once it is quiet. */
  onChange: (() => void) | undefined;
}

/**
 * Watches folders, and plain files, for what a person saves.
 *
 * @param paths absolute; what isn't there isn't watched
 */
export function watchFolders(paths: readonly string[]): Watch {
  let timer: NodeJS.Timeout | undefined;
  let pending = false;
  let wake: (() => void) | undefined;
  const settled = (): void => {
    pending = true;
    watching.onChange?.();
    wake?.();
  };
  const seen = (name: string | null): void => {
    if (name !== null && ofTools.test(name.replaceAll("\\", "/"))) return;
    clearTimeout(timer);
    timer = setTimeout(settled, quietMs);
  };
  const watchers = paths.flatMap((path): FSWatcher[] => {
    try {
      const watcher = watch(path, { recursive: true }, (_event, name) => {
        seen(name);
      });
      // A folder that is removed ends its watcher; the next look says so.
      watcher.on("error", () => {
        seen(null);
      });
      return [watcher];
    } catch {
      return [];
    }
  });
  const watching: Watch = {
    onChange: undefined,
    async changed() {
      if (!pending) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
      pending = false;
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
  return watching;
}
