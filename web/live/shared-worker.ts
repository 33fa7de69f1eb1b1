import { type FromHub, Hub, type ToHub } from "./hub.ts";

// The event stream of all tabs of a browser, in a worker that they share.
const ports = new Set<MessagePort>();
const hub = new Hub((message: FromHub) => {
  for (const port of ports) port.postMessage(message);
});

globalThis.addEventListener("connect", (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port === undefined) return;
  port.addEventListener("message", ({ data }: MessageEvent<ToHub>) => {
    if (data.type === "gone") ports.delete(port);
    else ports.add(port);
    hub.hear(data);
  });
  port.start();
});
