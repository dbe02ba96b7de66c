import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Guest } from '#core/ports/provisioner.ts';
import { EGRESS_PORT, FORWARDER_PORT } from '../../sandbox/guest-layout.ts';
import { openEgressDoor } from '../../workers/gateway/egress/egress.ts';
import { GIT_HOST, GREETING, NPM_HOST, PYTHON_HOST, startRegistries, WHEEL } from './egress-in-guest-registry.ts';
import type { Registries } from './egress-in-guest-registry.ts';
import { textOf, type ProvisionerSubject } from './guest-scene.ts';

const LOG = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const TRUST = '/home/agent/registries.pem';
/** Where each program looks for a certificate to trust; the proxy is set by nobody but the guest's own environment. */
const TRUSTING = {
  GIT_SSL_CAINFO: TRUST,
  npm_config_cafile: TRUST,
  PIP_CERT: TRUST,
  SSL_CERT_FILE: TRUST,
  REQUESTS_CA_BUNDLE: TRUST,
  NODE_EXTRA_CA_CERTS: TRUST,
};
const LIMITS = { timeoutMs: 60_000, outputBytesMax: 1_000_000 };
const OPEN_TIMEOUT_MS = 900_000;
const TEST_TIMEOUT_MS = 90_000;

const MAKE_WHEEL = `
import io, sys, zipfile
out = io.BytesIO()
with zipfile.ZipFile(out, 'w') as wheel:
    wheel.writestr('greeting.py', 'words = "${GREETING}"\\n')
    wheel.writestr('greeting-1.0.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: greeting\\nVersion: 1.0.0\\n')
    wheel.writestr('greeting-1.0.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr('greeting-1.0.0.dist-info/RECORD', '')
sys.stdout.buffer.write(out.getvalue())`;
const CLONE = `git clone --quiet https://${GIT_HOST}/greeting.git clone && cat clone/greeting.txt`;
const INSTALL = `mkdir -p app && cd app && npm install --registry https://${NPM_HOST}/ greeting && node -p "require('greeting')"`;
/** pip where the guest has it, else what of Python itself pip is made of. */
const DOWNLOAD = `
if python3 -m pip --version >/dev/null 2>&1; then
  python3 -m pip download --no-deps --no-cache-dir --retries 1 --index-url https://${PYTHON_HOST}/simple/ greeting
else
  python3 -c "import urllib.request as u; open('${WHEEL}', 'wb').write(u.urlopen('https://${PYTHON_HOST}/${WHEEL}').read())"
fi && python3 -c "import sys; sys.path.insert(0, '${WHEEL}'); import greeting; print(greeting.words)"`;

function ignore(): void {}

interface Room {
  readonly guest: Guest;
  readonly refused: string[];
  readonly connections: () => number;
  /** Runs a script where every program trusts the stand-ins; exit code and all output. */
  sh(script: string, env?: Record<string, string>): Promise<{ code: number | null; said: string }>;
}

/** What programs in a guest do with the proxy; `open` is called once. Nothing leaves the machine. */
export function egressInGuestCases(open: () => Promise<ProvisionerSubject>): void {
  let subject: ProvisionerSubject;
  let registries: Registries;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'er-'));
    registries = await startRegistries(directory);
    subject = await open();
    await subject.provisioner.ready();
  }, OPEN_TIMEOUT_MS);
  afterAll(async () => {
    await subject[Symbol.asyncDispose]();
    await registries[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });
  const openRoom = (hosts: readonly string[]): Promise<Room> => roomFor(subject, registries, hosts);
  const asked = (host: string): number => registries.requests.filter((request) => request.startsWith(host)).length;

  test.each([
    ['git clones', GIT_HOST, CLONE],
    ['npm installs', NPM_HOST, INSTALL],
    ['Python downloads', PYTHON_HOST, DOWNLOAD],
  ])(
    '%s from an allowed host without any setting of its own, and from no other',
    async (_title, host, script) => {
      const allowed = await openRoom([host]);
      if (host === PYTHON_HOST) {
        const wheel = await allowed.guest.exec({ argv: ['python3', '-c', MAKE_WHEEL], ...LIMITS });
        registries.addWheel(wheel.stdout);
      }
      const got = await allowed.sh(script);
      expect(got, got.said).toMatchObject({ code: 0 });
      expect(got.said).toContain(GREETING);
      expect(asked(host)).toBeGreaterThan(0);
      expect(allowed.refused.filter((what) => what.startsWith(host))).toEqual([]);

      const before = asked(host);
      const blocked = await openRoom([`other.${host}`]);
      const refused = await blocked.sh(script);
      expect(refused.code, refused.said).not.toBe(0);
      expect(refused.said).toMatch(/\b403\b/);
      expect(blocked.refused).toContain(`${host}:443 (not in the list of allowed hosts)`);
      expect(asked(host)).toBe(before);
    },
    TEST_TIMEOUT_MS,
  );

  test(
    'programs told to use no proxy reach nothing, and neither do names',
    async () => {
      const room = await openRoom([GIT_HOST, NPM_HOST]);
      const before = registries.requests.length;
      const without = { NO_PROXY: '*', no_proxy: '*' };
      for (const script of [
        CLONE,
        `node -e "fetch('https://${NPM_HOST}/greeting').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(9))"`,
        `python3 -c "import urllib.request as u; u.urlopen('https://${NPM_HOST}/greeting', timeout=5)"`,
        `python3 -c "import socket; socket.create_connection(('127.0.0.1', ${registries.port}), 2)"`,
        `python3 -c "import socket; socket.create_connection(('8.8.8.8', 443), 2)"`,
      ]) {
        expect((await room.sh(script, without)).code, script).not.toBe(0);
      }
      expect([room.connections(), room.refused, registries.requests.length]).toEqual([0, [], before]);
    },
    TEST_TIMEOUT_MS,
  );

  test(
    'the proxy is where the environment says, and the model’s door is reached without it',
    async () => {
      const room = await openRoom([]);
      const { said } = await room.sh('env');
      const proxy = `http://127.0.0.1:${EGRESS_PORT}`;
      for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'])
        expect(said).toContain(`${name}=${proxy}\n`);
      const model = `http://127.0.0.1:${FORWARDER_PORT}/v1/responses`;
      await room.sh(`python3 -c "import urllib.request as u; u.urlopen('${model}', timeout=5)"`);
      await room.sh(`git -c http.lowSpeedTime=5 ls-remote ${model}`);
      expect([room.connections(), room.refused]).toEqual([0, []]);
      const plain = await room.sh(
        `python3 -c "import urllib.request as u; u.urlopen('http://${NPM_HOST}/', timeout=5)"`,
      );
      expect(plain.said).toContain('403: Blocked, see egress in astraforge.yml');
      expect(room.refused).toEqual([`${NPM_HOST} (plain http is not proxied, use https)`]);
    },
    TEST_TIMEOUT_MS,
  );
}

async function roomFor(subject: ProvisionerSubject, registries: Registries, hosts: readonly string[]): Promise<Room> {
  const refused: string[] = [];
  let connections = 0;
  const door = openEgressDoor({
    hosts,
    privateHosts: ['*.registries.test'],
    logger: LOG,
    onRefused: (what) => void refused.push(what),
    resolve: async () => ['127.0.0.1'],
    connect: (host) => connect({ host, port: registries.port, allowHalfOpen: true }),
  });
  const stand = await subject.openDoors();
  stand.answer('egress', (socket) => {
    connections += 1;
    door.accept(socket);
  });
  const labels = { runId: `run_${randomUUID()}`, epoch: 1 };
  const guest = await subject.provisioner.create({ labels, doors: stand.doors });
  onTestFinished(async () => {
    await guest.destroy();
    await door.close();
    await stand[Symbol.asyncDispose]();
  });
  await guest.upload(TRUST, Buffer.from(registries.cert));
  return {
    guest,
    refused,
    connections: () => connections,
    async sh(script, env = {}) {
      const exit = await guest.exec({ argv: ['/bin/sh', '-c', script], env: { ...TRUSTING, ...env }, ...LIMITS });
      return { code: exit.exitCode, said: `${textOf(exit.stdout)}${textOf(exit.stderr)}` };
    },
  };
}
