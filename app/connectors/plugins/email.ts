import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { ConnectorReading } from '#core/domain/request/connector.ts';
import { oneHeader } from '#core/domain/text/one-header.ts';
import type { Connector, ConnectorKnock } from '#core/ports/connectors.ts';
import { isSameSecret } from '../same-secret.ts';
import { readJson } from '../tracker-payload.ts';

/*
 * Mail that a service took in and posts, with what it found out about the sender:
 * - a form, as SendGrid does: https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/setting-up-the-inbound-parse-webhook
 * - JSON, as Postmark does: https://postmarkapp.com/developer/webhooks/inbound-webhook
 * Neither signs, so the address has a password (`https://any:SECRET@HOST/…`) or the secret itself at its end.
 */

/** With attachments, which are not read. */
const BODY_BYTES_MAX = 20 * 1_024 * 1_024;
const WORDS_CHARS_MAX = 100_000;

/** What is read of a mail. `senders`: domains that SPF or DKIM vouch for; undefined when the service says nothing of either. */
interface Mail {
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  readonly vouched: readonly string[] | undefined;
}

/** Asks by every mail of an allowed sender whose domain SPF or DKIM vouches for: subject and plain text. */
export const email: Connector = {
  bytesMax: BODY_BYTES_MAX,
  verify(knock, secret) {
    const type = oneHeader(knock.headers, 'content-type').toLowerCase();
    const event = type.startsWith('multipart/form-data') ? 'form' : type.startsWith('application/json') ? 'json' : '';
    if (!isSameSecret(givenSecret(knock), secret)) return { kind: 'refused', status: 401, reason: 'bad password' };
    if (event === '') return { kind: 'refused', status: 400, reason: 'neither a form nor JSON' };
    return { kind: 'genuine', event };
  },
  faultOf: ({ senders }) => (senders.length === 0 ? 'needs `senders`: anybody can write to an address' : undefined),
  async read({ event, body }) {
    return readingOf(event === 'form' ? await fromForm(body) : fromJson(body));
  },
};

function givenSecret({ headers, token }: ConnectorKnock): string {
  if (token !== undefined) return token;
  const [, base64 = ''] = /^Basic ([A-Za-z0-9+/=]{1,2000})$/i.exec(oneHeader(headers, 'authorization')) ?? [];
  const credentials = Buffer.from(base64, 'base64').toString('utf8');
  return credentials.slice(credentials.indexOf(':') + 1);
}

function readingOf({ from, subject, text, messageId, vouched }: Mail): ConnectorReading {
  const mailbox = /^(?:(?<name>[^<>]*)<)?(?<address>[^\s<>@,;"]+@(?<domain>[a-z0-9.-]+))>?$/i.exec(from.trim())?.groups;
  const { name = '', address = '', domain = '' } = mailbox ?? {};
  // Of several mailboxes nobody could say whose the mail is.
  if (domain === '' || /[,;]/.test(name.replaceAll(/"[^"]*"/g, '')))
    return { kind: 'ignored', reason: 'it is not of one sender' };
  // Whoever writes a mail writes its `From`, so that alone says nothing.
  if (vouched === undefined) return { kind: 'ignored', reason: 'the mail service says nothing of SPF or DKIM' };
  if (!vouched.includes(domain.toLowerCase()))
    return { kind: 'ignored', reason: 'neither SPF nor DKIM vouches for the domain of its sender' };
  const prompt = [subject, text].map((part) => part.slice(0, WORDS_CHARS_MAX).trim()).filter((part) => part !== '');
  if (prompt.length === 0) return { kind: 'ignored', reason: 'it has no words' };
  const sender = address.toLowerCase();
  return {
    kind: 'ask',
    prompt: prompt.join('\n\n'),
    sender: { id: sender, name: name.replaceAll('"', '').trim() || sender },
    externalId: `${sender}/${messageId}`,
    url: null,
  };
}

const Envelope = z.object({ from: z.string() });

async function fromForm(body: Uint8Array): Promise<Mail> {
  const fields = await formIn(body);
  const field = (name: string): string => {
    const values = fields.getAll(name);
    return values.length === 1 && typeof values[0] === 'string' ? values[0] : '';
  };
  const spf = field('SPF').toLowerCase();
  // Such as `{@example.com : pass}`, or `none`.
  const signed = [...field('dkim').matchAll(/@([a-z0-9.-]+)\s*:\s*pass\b/gi)].map(([, domain = '']) => domain);
  const envelope = field('envelope') === '' ? '' : readJson(Envelope, new TextEncoder().encode(field('envelope'))).from;
  const vouched = [...signed, ...(spf === 'pass' ? [domainOf(envelope)] : [])].map((domain) => domain.toLowerCase());
  return {
    from: field('from'),
    subject: field('subject'),
    text: field('text'),
    messageId: /^message-id:\s*(<[^<>\s]{1,500}>)/im.exec(field('headers'))?.[1] ?? field('headers'),
    vouched: spf === '' && field('dkim') === '' ? undefined : vouched,
  };
}

/** The boundary is the first line; the header that names it is not kept with the body. */
async function formIn(body: Uint8Array): Promise<FormData> {
  const [, boundary] =
    /^--([\w'()+,./:=?-]{1,70})\r\n/.exec(Buffer.from(body.subarray(0, 100)).toString('latin1')) ?? [];
  if (boundary === undefined) throw new AppError('invalid', 'the body is no form');
  try {
    const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` };
    return await new Response(Buffer.from(body), { headers }).formData();
  } catch (cause) {
    throw new AppError('invalid', 'the body is no form', { cause });
  }
}

const Inbound = z.object({
  From: z.string(),
  FromFull: z.object({ Email: z.string(), Name: z.string().nullish() }).nullish(),
  Subject: z.string().nullish(),
  TextBody: z.string().nullish(),
  MessageID: z.string().min(1),
  Headers: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
});

function fromJson(body: Uint8Array): Mail {
  const { From, FromFull, Subject, TextBody, MessageID, Headers } = readJson(Inbound, body);
  // The service adds these to what the mail had: one that is there twice is the sender's own as well, and says nothing.
  const header = (name: string): string | undefined => {
    const values = Headers.filter((one) => one.Name.toLowerCase() === name).map(({ Value }) => Value);
    return values.length === 1 ? values[0] : undefined;
  };
  const spf = header('received-spf');
  const tests = header('x-spam-tests');
  const from = FromFull === null || FromFull === undefined ? From : `${FromFull.Name ?? ''} <${FromFull.Email}>`;
  // Of SpamAssassin, and of the domain in `From` alone: https://spamassassin.apache.org/full/4.0.x/doc/Mail_SpamAssassin_Plugin_DKIM.html
  const isSigned = (tests ?? '').split(/[\s,]+/).includes('DKIM_VALID_AU');
  const envelope = /^pass\b/i.test(spf ?? '') ? (/envelope-from=([^;\s]+)/i.exec(spf ?? '')?.[1] ?? '') : '';
  const vouched = [...(isSigned ? [domainOf(FromFull?.Email ?? From)] : []), domainOf(envelope)];
  return {
    from,
    subject: Subject ?? '',
    text: TextBody ?? '',
    messageId: MessageID,
    vouched: spf === undefined && tests === undefined ? undefined : vouched.filter((domain) => domain !== ''),
  };
}

function domainOf(address: string): string {
  const bare = /<([^<>]+)>\s*$/.exec(address)?.[1] ?? address;
  return bare.includes('@')
    ? bare
        .slice(bare.lastIndexOf('@') + 1)
        .trim()
        .toLowerCase()
    : '';
}
