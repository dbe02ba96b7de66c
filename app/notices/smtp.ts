import { Readable } from 'node:stream';
import SMTPConnection, { type Options, type SentMessageInfo } from 'nodemailer/lib/smtp-connection';
import type { MailServer } from '#core/contracts/mail-server.ts';
import { AppError, type ErrorCode } from '#core/domain/errors.ts';

/** How mail is sent, besides what the server's address says. */
export interface MailOptions {
  /** For example `Telling the channel on-call (email)`. */
  readonly action: string;
  /** For everything together: connecting, signing in, sending. */
  readonly timeoutMs: number;
  /** Certificates of authorities, as PEM, instead of those that Node.js trusts. */
  readonly authorities?: readonly string[] | undefined;
}

/** A finished message and its envelope. */
interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly message: Buffer;
}

/** How far it had come: before `sending` the server has nothing of the message. */
type Stage = 'connecting' | 'signing in' | 'naming addresses' | 'sending';

/**
 * Sends one message by SMTP. Credentials and message leave only after TLS has proven whose the server is, unless its address
 * says that there is none. Throws what `notices.ts` of the ports says; a server that takes the message for some addresses only
 * makes `invalid`, since sending it again would send it twice to the others.
 */
export async function sendMail(server: MailServer, mail: Mail, options: MailOptions): Promise<void> {
  const connection = new SMTPConnection(connectionOptions(server, options));
  const at: { stage: Stage } = { stage: 'connecting' };
  try {
    const info = await within(options.timeoutMs, connection, () => converse(connection, { server, mail, at }));
    connection.quit();
    const { rejected } = info;
    if (rejected.length > 0) {
      const message = `the mail server took it for ${mail.to.length - rejected.length} of ${mail.to.length} addresses`;
      throw new AppError('invalid', `${options.action} failed: ${message}`);
    }
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    connection.close();
    throw mailError(thrown, at.stage, options.action);
  }
}

function connectionOptions({ host, port, security }: MailServer, { timeoutMs, authorities }: MailOptions): Options {
  return {
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    tls: { minVersion: 'TLSv1.2', ...(authorities === undefined ? {} : { ca: [...authorities] }) },
  };
}

/** Ends with the last word of the server, or when the time is over, however slowly it goes on speaking. */
async function within<Result>(
  timeoutMs: number,
  connection: SMTPConnection,
  work: () => Promise<Result>,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the mail server took too long')), timeoutMs);
    // Errors between two steps are told by this event only.
    connection.on('error', reject);
  });
  try {
    return await Promise.race([work(), over]);
  } finally {
    clearTimeout(timer);
  }
}

async function converse(
  connection: SMTPConnection,
  { server, mail, at }: { server: MailServer; mail: Mail; at: { stage: Stage } },
): Promise<SentMessageInfo> {
  await new Promise<void>((resolve, reject) => connection.connect((err) => (err ? reject(err) : resolve())));
  const { login } = server;
  if (login !== undefined) {
    at.stage = 'signing in';
    const credentials = { user: login.user, pass: login.password };
    await new Promise<void>((resolve, reject) =>
      connection.login({ credentials }, (err) => (err ? reject(err) : resolve())),
    );
  }
  at.stage = 'naming addresses';
  // Taken from only once the server has agreed to everything before it.
  const body = Readable.from(
    (function* (): Iterable<Buffer> {
      at.stage = 'sending';
      yield mail.message;
    })(),
    { objectMode: false },
  );
  const envelope = { from: mail.from, to: [...mail.to], size: mail.message.length };
  return await new Promise((resolve, reject) =>
    connection.send(envelope, body, (err, info) => (err ? reject(err) : resolve(info))),
  );
}

/** A reply decides; without one it depends on how far it had come. Replies: RFC 5321, 4.2.1. */
function mailError(cause: unknown, stage: Stage, action: string): AppError {
  if (isOfTls(cause))
    return new AppError('unavailable', `${action} failed: the mail server offers no TLS that is trusted`, { cause });
  const reply = replyOf(cause);
  const refused = stage === 'connecting' || stage === 'signing in' ? 'denied' : 'invalid';
  const lost = stage === 'sending' ? 'ambiguous' : 'unavailable';
  const answered: ErrorCode = reply !== undefined && reply >= 500 ? refused : 'unavailable';
  const code: ErrorCode = reply === undefined ? lost : answered;
  const words = reply === undefined ? 'did not go on' : `answered ${reply}`;
  const context = reply === undefined ? {} : { reply };
  return new AppError(code, `${action} failed: the mail server ${words} while ${stage}`, { cause, context });
}

/** Nodemailer names a failed upgrade so, and keeps what Node.js calls a failed handshake beside its own name. */
function isOfTls(cause: unknown): boolean {
  if (!(cause instanceof Error) || !('code' in cause)) return false;
  return (
    cause.code === 'ETLS' || ('originalCode' in cause && /CERT|SIGNATURE|TLS|SSL/.test(String(cause.originalCode)))
  );
}

function replyOf(cause: unknown): number | undefined {
  if (!(cause instanceof Error) || !('responseCode' in cause)) return undefined;
  return typeof cause.responseCode === 'number' ? cause.responseCode : undefined;
}
