import MailComposer from 'nodemailer/lib/mail-composer';
import type { ReachableChannel } from '#core/contracts/notice-channels.ts';
import type { Notice } from '#core/ports/notices.ts';
import { plainNotice } from './plain-notice.ts';
import { sendMail, type MailOptions } from './smtp.ts';

type EmailChannel = Extract<ReachableChannel, { kind: 'email' }>;

/**
 * Sends a notice as one message of plain text to all addresses of the channel. Its `Message-ID` is made of the notice's id, so
 * that whoever gets it twice can tell. Throws what `notices.ts` of the ports says.
 */
export async function sendEmail(channel: EmailChannel, notice: Notice, options: MailOptions): Promise<void> {
  const { from, to, server } = channel;
  const message = await messageOf(channel, notice);
  await sendMail(server, { from, to, message }, options);
}

async function messageOf({ from, to }: EmailChannel, notice: Notice): Promise<Buffer> {
  const { id, title, lines, links } = plainNotice(notice);
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const paragraphs = [lines.join('\n'), links.map(({ text, url }) => `${text}: ${url}`).join('\n')];
  const composer = new MailComposer({
    from: { name: '', address: from },
    to: to.map((address) => ({ name: '', address })),
    subject: title,
    messageId: `<${id}@${domain}>`,
    text: `${paragraphs.filter((one) => one !== '').join('\n\n')}\n`,
    // Keeps those who are away from answering: RFC 3834, 5.
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'win',
  });
  return composer.compile().build();
}
