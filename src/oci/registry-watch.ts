/** No answer, or no next piece of one, for so long is a failure. */
const patienceMs = 60_000;
/**
 * Manifests and configurations are much smaller, and manifests must be (4 MiB in most registries).
 */
const largestAnswer = 16 * 1024 * 1024;

/** Ends a request for which nothing comes for a minute. */
export interface Watch {
  readonly signal: AbortSignal;
  /** Something has come: patience begins anew. */
  touch(): void;
  end(): void;
}

/** @param signal ends it too */
export function watched(signal: AbortSignal | undefined): Watch {
  const controller = new AbortController();
  const tooLong = () => {
    controller.abort(new DOMException("no answer in time", "TimeoutError"));
  };
  let timer = setTimeout(tooLong, patienceMs);
  return {
    signal: signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]),
    touch() {
      clearTimeout(timer);
      timer = setTimeout(tooLong, patienceMs);
    },
    end() {
      clearTimeout(timer);
    },
  };
}

/** The same bytes; each piece shows that something happens. */
export function touching(
  content: ReadableStream<Uint8Array>,
  watch: Watch,
  last = false,
): ReadableStream<Uint8Array> {
  const reader = content.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        watch.touch();
        if (!done) {
          controller.enqueue(value);
          return;
        }
        controller.close();
      } catch (thrown) {
        controller.error(thrown);
      }
      if (last) watch.end();
    },
    async cancel(reason) {
      if (last) watch.end();
      await reader.cancel(reason);
    },
  });
}

/** All of an answer; throws where it is larger than any that is read whole. */
export async function bodyOf(response: Response, watch: Watch): Promise<Buffer> {
  if (response.body === null) return Buffer.alloc(0);
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of touching(response.body, watch)) {
    size += piece.length;
    if (size > largestAnswer) throw new Error("the answer is larger than 16 MiB");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
