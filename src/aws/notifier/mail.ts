import { SendEmailCommand } from "@aws-sdk/client-sesv2";
import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { createHash } from "node:crypto";

import { cleanText } from "../../core/clean-text.ts";
import { messageHtml } from "../../runs/message/html.ts";
import { oneLine, type Sending } from "../../runs/delivery.ts";
import type { Notification } from "../../runs/model.ts";
import { baseNames } from "../bootstrap/names.ts";
import type { AwsContext } from "../sdk/context.ts";
import { sdkError } from "../sdk/error-names.ts";

type Message = Pick<Notification, "subject" | "body" | "message">;

/**
 * Sends one mail by SES. https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */
export async function sendBySes(
  { clients, environment }: AwsContext,
  from: string,
  recipient: string,
  { subject, body, message: fields }: Message,
): Promise<Sending> {
  const text = (words: string) => ({ Data: cleanText(words), Charset: "UTF-8" });
  try {
    await clients.ses.send(
      new SendEmailCommand({
        FromEmailAddress: `Esteira <${from}>`,
        // One recipient a request: SES refuses the whole of it when one address is refused.
        Destination: { ToAddresses: [recipient] },
        Content: {
          Simple: {
            Subject: text(subject),
            Body: {
              Text: text(body),
              ...(fields === undefined ? {} : { Html: text(messageHtml(fields)) }),
            },
          },
        },
      }),
    );
    return { kind: "sent" };
  } catch (thrown) {
    const { name, message } = sdkError(thrown);
    const why = `SES in ${environment.region} said: ${oneLine(`${name}: ${message}`)}`;
    if (/not verified/i.test(message)) {
      return {
        kind: "later",
        why: `${why} (verify the sender's address or domain; until AWS has granted production access, recipients as well)`,
      };
    }
    return name === "BadRequestException" ? { kind: "refused", why } : { kind: "later", why };
  }
}

/**
 * SNS takes a hundred characters of ASCII for a subject:
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function asciiSubject(subject: string): string {
  return cleanText(subject)
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^\x20-\x7E]/g, "?")
    .slice(0, 100);
}

/**
 * The topic of one address in this environment. One a person, not one or two a project: SNS asks
 * each subscriber for a confirmation, and nobody confirms a hundred times.
 */
export function topicName(context: AwsContext, address: string): string {
  const { prefix } = baseNames(context.workspace, context.environment);
  const hash = createHash("sha256").update(address.toLowerCase()).digest("hex").slice(0, 16);
  return `${prefix}-to-${hash}`;
}

/**
 * Sends one mail by SNS: to the topic of the address, which is made and subscribed to when it is
 * first needed. Until the person has confirmed, SNS would take the message and notify nobody.
 */
export async function sendBySns(
  context: AwsContext,
  recipient: string,
  { subject, body }: Message,
): Promise<Sending> {
  const { sns } = context.clients;
  const { region } = context.environment;
  try {
    const created = await sns.send(new CreateTopicCommand({ Name: topicName(context, recipient) }));
    const TopicArn = created.TopicArn ?? "";
    const listed = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    const own = (listed.Subscriptions ?? []).find(
      ({ Protocol, Endpoint }) =>
        Protocol === "email" && Endpoint?.toLowerCase() === recipient.toLowerCase(),
    );
    if (own === undefined) {
      // Asking again while a confirmation is pending would mail it again.
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: recipient }));
    }
    if (own?.SubscriptionArn?.startsWith("arn:") !== true) {
      return {
        kind: "later",
        why: "SNS has asked for a confirmation that has not been given yet: look for a mail of AWS Notifications",
      };
    }
    await sns.send(
      new PublishCommand({ TopicArn, Subject: asciiSubject(subject), Message: cleanText(body) }),
    );
    return { kind: "sent" };
  } catch (thrown) {
    const { name, message } = sdkError(thrown);
    const why = `SNS in ${region} said: ${oneLine(`${name}: ${message}`)}`;
    return name === "InvalidParameterException" || name === "InvalidParameter"
      ? { kind: "refused", why }
      : { kind: "later", why };
  }
}
