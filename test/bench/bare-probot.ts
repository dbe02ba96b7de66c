import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createNodeMiddleware, Probot } from 'probot';

const RSA_BITS = 2_048;

/** The floor of the intake benchmark: Probot's own middleware on a plain server, with a handler that does nothing. */
async function serveBareProbot(secret: string): Promise<void> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: RSA_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const probot = new Probot({ appId: 1, privateKey, secret, logLevel: 'fatal' });
  const middleware = await createNodeMiddleware(
    (app) => {
      app.on('issue_comment.created', () => undefined);
    },
    { probot, webhooksPath: '/webhooks/github' },
  );
  const server = createServer((request, response) => {
    void middleware(request, response, () => response.writeHead(404).end());
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('bare Probot got no TCP port');
    process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${address.port}` })}\n`);
  });
}

await serveBareProbot(process.env['WEBHOOK_SECRET'] ?? '');
