import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** A server that a test file may use until it gives it back, or dies. */
export interface Lent {
  /** `http://127.0.0.1:34567` */
  readonly url: string;
  readonly takeBack: () => void;
}

export interface Lending {
  /** What `borrow` takes. */
  readonly port: number;
  readonly close: () => void;
}

/**
 * Lends servers, which take seconds to start, to the test files of a run, which are other processes
 * than the one that starts them.
 *
 * @param lend finds or starts a server for the Python that runs it
 */
export async function lendOut(lend: (python: string) => Promise<Lent>): Promise<Lending> {
  const answer = async (borrower: Socket, python: string): Promise<void> => {
    const { url, takeBack } = await lend(python);
    // Whatever becomes of the borrower, its end of the connection ends with it.
    if (borrower.destroyed) takeBack();
    else borrower.once("close", takeBack).write(`${JSON.stringify({ url })}\n`);
  };
  const server = createServer((borrower) => {
    borrower.on("error", () => undefined);
    createInterface({ input: borrower }).once("line", (python) => {
      answer(borrower, python).catch((error: unknown) => {
        borrower.end(`${JSON.stringify({ error: String(error) })}\n`);
      });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

/** A server of the run's that nobody else uses until it is given back. */
export async function borrow(
  port: number,
  python: string,
): Promise<{ readonly url: string; readonly giveBack: () => void }> {
  const connection = connect(port, "127.0.0.1");
  connection.write(`${python}\n`);
  const [line] = (await once(createInterface({ input: connection }), "line")) as [string];
  const answer = JSON.parse(line) as { readonly url?: string; readonly error?: string };
  if (answer.url === undefined) throw new Error(answer.error);
  return { url: answer.url, giveBack: () => void connection.destroy() };
}
