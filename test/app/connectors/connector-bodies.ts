/*
 * Bodies as their vendors document them, with the words of a test:
 * Jira https://developer.atlassian.com/server/jira/platform/webhooks/, Teams
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook, SendGrid
 * https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/setting-up-the-inbound-parse-webhook, Postmark
 * https://postmarkapp.com/developer/webhooks/inbound-webhook
 */

type Fields = Readonly<Record<string, unknown>>;

const ADA = {
  self: 'https://jira.example/rest/api/2/user?accountId=5b10',
  accountId: '5b10',
  displayName: 'Ada Lovelace',
};

function issue(fields: Fields): Fields {
  return {
    id: '99291',
    self: 'https://jira.example/rest/api/2/issue/99291',
    key: 'SHOP-20002',
    fields: {
      summary: 'Totals are rounded twice',
      created: '2026-11-25T15:39:00.000+0000',
      description: 'The cart shows 0.99 too much.',
      labels: ['UI', 'dialogue'],
      priority: { name: 'Minor', id: '4' },
      ...fields,
    },
  };
}

/** A comment on an issue of Jira. */
export function jiraComment(body: string, change: Fields = {}): Fields {
  const comment = { self: 'https://jira.example/rest/api/2/issue/99291/comment/10148', id: '10148', author: ADA, body };
  return { timestamp: 1_525_698_237_764, webhookEvent: 'comment_created', comment, issue: issue({}), ...change };
}

/** A new issue of Jira. */
export function jiraIssue(fields: Fields, change: Fields = {}): Fields {
  const event = {
    timestamp: 1_525_698_237_764,
    webhookEvent: 'jira:issue_created',
    issue_event_type_name: 'issue_created',
  };
  return { ...event, user: ADA, issue: issue(fields), ...change };
}

/** A message of Teams in which the webhook is mentioned. */
export function teamsMessage(text: string, change: Fields = {}): Fields {
  return {
    type: 'message',
    id: '1485983408511',
    timestamp: '2026-11-25T21:10:07.437Z',
    serviceUrl: 'https://smba.trafficmanager.net/amer-client-ss.msg/',
    channelId: 'msteams',
    from: {
      id: '29:1XJKJMvc5GBtc2JwZq0oj8tHZmzrQgFmB39ATiQWA85gQtHieVkKilBZ9XHoq9j7Zaqt7CZ-NJWi7me2kHTL3Bw',
      name: 'Ada Lovelace',
      aadObjectId: '6f4f4bd5-2f4a-4d0b-9f8a-3a2a3f3f3f3f',
    },
    conversation: { isGroup: true, id: '19:253b1f341670408fb6fe51050b6e5ceb@thread.skype;messageid=1485983194839' },
    recipient: null,
    textFormat: 'plain',
    text,
    attachments: [],
    entities: [{ type: 'clientInfo', locale: 'en-US', country: 'US', platform: 'Windows' }],
    channelData: {
      teamsChannelId: '19:253b',
      teamsTeamId: '19:712c',
      channel: { id: '19:253b' },
      team: { id: '19:712c' },
    },
    ...change,
  };
}

/** A mail as SendGrid posts it: a form, made with a boundary of its own each time. */
export async function sendGridForm(
  change: Readonly<Record<string, string>> = {},
): Promise<{ type: string; body: Uint8Array }> {
  const fields = {
    headers: 'Received: by mx0047p1mdw1.sendgrid.net\r\nMessage-ID: <CA+1@mail.example.com>\r\nSubject: Rounding',
    dkim: '{@example.com : pass}',
    'content-ids': '{}',
    to: 'work@parse.example.net',
    html: '<p>Please mend the rounding.</p>',
    from: 'Ada Lovelace <ada@example.com>',
    text: 'Please mend the rounding.\n',
    sender_ip: '209.85.160.180',
    envelope: '{"to":["work@parse.example.net"],"from":"ada@example.com"}',
    attachments: '0',
    subject: 'Rounding',
    charsets: '{"to":"UTF-8","html":"UTF-8","subject":"UTF-8","from":"UTF-8","text":"UTF-8"}',
    SPF: 'pass',
    ...change,
  };
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  const made = new Response(form);
  return { type: made.headers.get('content-type') ?? '', body: new Uint8Array(await made.arrayBuffer()) };
}

const SPF =
  'Pass (sender SPF authorized) identity=mailfrom; client-ip=209.85.160.180; helo=mail.example.com; envelope-from=ada@example.com; receiver=work@inbound.example.net';

/** A mail as Postmark posts it. */
export function postmarkMail(
  change: Fields = {},
): Fields & { readonly Headers: readonly { Name: string; Value: string }[] } {
  return {
    FromName: 'Ada Lovelace',
    MessageStream: 'inbound',
    From: 'ada@example.com',
    FromFull: { Email: 'ada@example.com', Name: 'Ada Lovelace', MailboxHash: '' },
    To: '"Work" <work@inbound.example.net>',
    Subject: 'Rounding',
    MessageID: '22c74902-a0c1-4511-804f-341342852c90',
    Date: 'Thu, 5 Nov 2026 16:59:01 +0200',
    MailboxHash: '',
    TextBody: 'Please mend the rounding.',
    HtmlBody: '<p>Please mend the rounding.</p>',
    StrippedTextReply: '',
    Tag: '',
    Headers: [
      { Name: 'X-Spam-Status', Value: 'No' },
      { Name: 'X-Spam-Tests', Value: 'DKIM_SIGNED,DKIM_VALID,DKIM_VALID_AU,SPF_PASS' },
      { Name: 'Received-SPF', Value: SPF },
      { Name: 'MIME-Version', Value: '1.0' },
    ],
    Attachments: [],
    ...change,
  };
}
