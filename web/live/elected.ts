import { type FromHub, Hub, type ToHub } from "./hub.ts";

type Message = FromHub | ToHub | { readonly type: "who" };

/**
 * The event stream where there is no SharedWorker: the tab that has the lock opens it for all of
 * them, and when it is closed, another gets the lock.
 *
 * @param hear called with what the hub says
 * @param wants what this tab wants now, which a new hub asks for
 * @returns says something to the hub
 */
export function electedHub(
  hear: (message: FromHub) => void,
  wants: () => ToHub,
): (message: ToHub) => void {
  const channel = new BroadcastChannel("esteira-events");
  let hub: Hub | undefined;
  channel.addEventListener("message", ({ data }: MessageEvent<Message>) => {
    if (data.type === "who") channel.postMessage(wants());
    else if (data.type === "wants" || data.type === "gone") hub?.hear(data);
    else hear(data);
  });
  void navigator.locks.request("esteira-events", async () => {
    hub = new Hub((message) => {
      channel.postMessage(message);
      hear(message);
    });
    channel.postMessage({ type: "who" } satisfies Message);
    hub.hear(wants());
    await new Promise(() => {}); // held for as long as the tab is open
  });
  return (message) => {
    channel.postMessage(message);
    hub?.hear(message);
  };
}
