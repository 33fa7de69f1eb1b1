import { useSignal } from "@preact/signals";

import { type Key, listedKeys, useKeys } from "../keys/keys.ts";
import { Dialog } from "../parts/dialog.tsx";
import { catalogue } from "../words/language.ts";

const words = catalogue(
  { keys: "Keys", show: "show all keys", palette: "search or do", close: "close" },
  { keys: "Teclas", show: "mostrar as teclas", palette: "buscar ou fazer", close: "fechar" },
);

/** The keys of the page that is shown, after `?`. */
export function Keys() {
  const open = useSignal(false);
  const show = (): void => {
    open.value = true;
  };
  useKeys([{ key: "?", does: words().show, press: show }]);
  if (!open.value) return null;
  const everywhere: Pick<Key, "key" | "does">[] = [
    { key: "Ctrl K", does: words().palette },
    { key: "Esc", does: words().close },
  ];
  return (
    <Dialog
      label={words().keys}
      kind="sheet"
      close={() => {
        open.value = false;
      }}
    >
      <div class="keylist">
        <h2>{words().keys}</h2>
        <dl>
          {[...listedKeys(), ...everywhere].map(({ key, does }) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  );
}
