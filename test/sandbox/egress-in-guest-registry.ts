import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gitEnvironment } from '../fakes/git-host/git.ts';
import { makeCertificate } from '../workers/gateway/egress/certificate.ts';

/** Names under which the one stand-in server is known. */
export const GIT_HOST = 'git.registries.test';
export const NPM_HOST = 'npm.registries.test';
export const PYTHON_HOST = 'pypi.registries.test';

/** A git host, an npm registry and a Python index: files behind TLS on loopback. */
export interface Registries extends AsyncDisposable {
  readonly port: number;
  /** The certificate that clients have to trust, as PEM. */
  readonly cert: string;
  /** Host and path of every request. */
  readonly requests: string[];
  /** Puts a Python wheel into the index. */
  addWheel(content: Uint8Array): void;
}

/** What the repository, the npm package and the Python module say. */
export const GREETING = 'hello from the registry';
export const WHEEL = 'greeting-1.0.0-py3-none-any.whl';

const run = promisify(execFile);

/** Makes the three of them below the empty directory `root` and serves them. */
export async function startRegistries(root: string): Promise<Registries> {
  const certificate = await makeCertificate([GIT_HOST, NPM_HOST, PYTHON_HOST]);
  await makeRepository(root);
  const tarball = await makePackage(root);
  const requests: string[] = [];
  let wheel: Uint8Array = new Uint8Array();
  const read = async (host: string, path: string): Promise<Uint8Array | string> => {
    if (host === GIT_HOST) return readFile(join(root, path));
    if (path === '/greeting') return packument();
    if (path === '/greeting.tgz') return tarball;
    if (path === '/simple/greeting/') return `<!DOCTYPE html><a href="/${WHEEL}">${WHEEL}</a>`;
    if (path === `/${WHEEL}`) return wheel;
    throw new Error('nothing there');
  };
  const server = createServer(certificate, (request, response) => {
    const host = (request.headers.host ?? '').replace(/:443$/, '');
    const path = (request.url ?? '').replace(/\?.*/, '');
    requests.push(`${host}${path}`);
    const type = path === '/simple/greeting/' ? 'text/html' : 'application/octet-stream';
    read(host, path).then(
      (content) =>
        response.writeHead(200, { 'content-type': path === '/greeting' ? 'application/json' : type }).end(content),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cert: certificate.cert,
    requests,
    addWheel: (content) => void (wheel = content),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A bare repository that plain file requests are enough to clone. */
async function makeRepository(root: string): Promise<void> {
  const work = join(root, 'work');
  const git = (...args: string[]): Promise<unknown> => run('git', args, { cwd: work, env: gitEnvironment() });
  await mkdir(work);
  await git('init', '--quiet', '--initial-branch=main');
  await writeFile(join(work, 'greeting.txt'), `${GREETING}\n`);
  await git('add', '.');
  await git('-c', 'user.name=A', '-c', 'user.email=a@registries.test', 'commit', '--quiet', '-m', 'greet');
  await git('clone', '--quiet', '--bare', '.', join(root, 'greeting.git'));
  await run('git', ['update-server-info'], { cwd: join(root, 'greeting.git'), env: gitEnvironment() });
}

async function makePackage(root: string): Promise<Uint8Array> {
  await mkdir(join(root, 'package'));
  await writeFile(join(root, 'package', 'package.json'), '{"name":"greeting","version":"1.0.0"}');
  await writeFile(join(root, 'package', 'index.js'), `module.exports = '${GREETING}';\n`);
  await run('tar', ['-czf', 'greeting.tgz', 'package'], { cwd: root });
  return readFile(join(root, 'greeting.tgz'));
}

/** The document in which an npm registry describes a package. */
function packument(): string {
  const dist = { tarball: `https://${NPM_HOST}/greeting.tgz` };
  const version = { name: 'greeting', version: '1.0.0', dist };
  return JSON.stringify({ name: 'greeting', 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } });
}
