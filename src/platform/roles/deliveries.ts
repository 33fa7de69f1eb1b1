import type { EdgeError } from "../../core/edge-error.ts";
import type { RunId } from "../../core/ids.ts";
import type { Result } from "../../core/result.ts";
import type { BackfillEnd } from "../../runs/backfill-report.ts";
import type { Delivery } from "../../runs/delivery.ts";
import type { Notification } from "../../runs/model.ts";

/** Who is notified of how runs end, and how far that has come. */
export interface Deliveries {
  /** Those of a run; none while it goes and when nobody is to be notified. */
  ofRun(run: RunId): Promise<Result<readonly Delivery[], EdgeError>>;
  /**
   * Sends at once what waits to be sent, and of a run that is named also what was given up. Gives
   * the state of those deliveries.
   */
  retry(run?: RunId): Promise<Result<readonly Delivery[], EdgeError>>;
  /**
   * Reports a backfill, whose runs are not reported one by one, to those whom the project notifies.
   * What is sent is kept with the run that the report names: done twice, it is sent once.
   */
  backfillEnded(end: BackfillEnd): Promise<Result<readonly Delivery[], EdgeError>>;
  /**
   * Sends a message for trying, at once and once. A platform whose notifier serves many people
   * refuses whom the named project doesn't notify.
   */
  sendTest(
    recipients: readonly string[],
    message: TestMessage,
  ): Promise<Result<readonly Delivery[], EdgeError>>;
}

/** A message by which people see whether they are reached. */
export interface TestMessage {
  readonly subject: string;
  readonly body: string;
  /** As a notification has them. A notifier that takes no text from others knows them itself. */
  readonly formats?: NonNullable<Notification["formats"]>;
  /** What the text is made of, for a notifier that takes no text from others. */
  readonly of?: { readonly project: string | undefined; readonly actor: string };
  /** Names it among all messages there ever were. */
  readonly id: string;
}

/** Where this process itself sends what the platform has to say. */
export interface Outbox {
  /** Sends what is due; resolves when it was tried, at most 25 seconds later. */
  sendDue(): Promise<Result<void, EdgeError>>;
  /** The message about the run's end, once it has ended; undefined when nobody is notified. */
  notification(run: RunId): Promise<Result<Notification | undefined, EdgeError>>;
}
