import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A message as it arrived. */
export interface CaughtMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body, as the wire has them. */
  readonly raw: string;
  /** Whether it came through TLS, and by whom; undefined for nobody who signed in. */
  readonly secure: boolean;
  readonly user: string | undefined;
}

/** A mail server on 127.0.0.1 that keeps what it is given. */
export interface MailStandIn extends AsyncDisposable {
  readonly port: number;
  readonly caught: readonly CaughtMail[];
}

/** Addresses that it refuses, with the reply, in a test's words. */
export interface MailOptions extends SMTPServerOptions {
  readonly login?: { readonly user: string; readonly password: string };
  readonly refused?: readonly string[];
  /** The reply to a whole message. */
  readonly reply?: number;
}

/** Starts one. `secure`, `key`, `cert` and the rest are those of the server itself. */
export async function startMail({ login, refused = [], reply, ...options }: MailOptions = {}): Promise<MailStandIn> {
  const caught: CaughtMail[] = [];
  const server = new SMTPServer({
    authOptional: login === undefined,
    disabledCommands: [...(login === undefined ? ['AUTH'] : []), ...(options.key === undefined ? ['STARTTLS'] : [])],
    onAuth: ({ username, password }, _session, done) => {
      if (username === login?.user && password === login?.password) done(null, { user: username });
      else done(Object.assign(new Error('no'), { responseCode: 535 }));
    },
    onRcptTo: ({ address }, _session, done) =>
      refused.includes(address) ? done(Object.assign(new Error('no such user'), { responseCode: 550 })) : done(),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (reply !== undefined) return done(Object.assign(new Error('not now'), { responseCode: reply }));
        const { mailFrom, rcptTo } = session.envelope;
        caught.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
          secure: session.secure,
          user: session.user,
        });
        done();
      });
    },
    ...options,
  });
  // A client that goes away, as one does that trusts no certificate, is no fault of the server's.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in listens on no port');
  return {
    port: address.port,
    caught,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
