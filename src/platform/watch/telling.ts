import type { RunId } from "../../core/ids.ts";
import type { Result } from "../../core/result.ts";
import type { Delivery } from "../../runs/delivery.ts";
import type { PlatformError } from "../port.ts";

/** What both platforms can say and do about who is told of how runs end. */
export interface Telling {
  /**
   * Who is to be told of how the run ended, and how far that has come; none while it goes and when
   * nobody is to be told.
   */
  deliveries(run: RunId): Promise<Result<readonly Delivery[], PlatformError>>;
  /**
   * Tries at once who waits to be told, and of a run that is named also who was given up. Gives how
   * those stand.
   */
  deliverNow(run?: RunId): Promise<Result<readonly Delivery[], PlatformError>>;
  /** Sends a message for trying, at once and once. */
  sendTest(
    recipients: readonly string[],
    message: TestMessage,
  ): Promise<Result<readonly Delivery[], PlatformError>>;
}

/** A message by which people see whether they are reached. */
export interface TestMessage {
  readonly subject: string;
  readonly body: string;
  /** Names it among all messages there ever were. */
  readonly id: string;
}
