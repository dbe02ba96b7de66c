import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { OWN_IMAGE } from '../../../sandbox/limits.ts';
import { describeWith } from '../../services/describe-with.ts';
import { textOf } from '../guest-scene.ts';
import { openDocker } from '../open-subject.ts';
import type { DockerSubject } from '../open-subject.ts';

const OPEN_TIMEOUT_MS = 900_000;
const LIMITS = { timeoutMs: 20_000, outputBytesMax: 100_000 };
const labels = { runId: 'run_1', epoch: 1 };

describeWith(['docker', 'codex'], 'an image that a repository names', () => {
  const docker = new Docker();
  const prefix = `astraforge-test-${randomUUID()}`;
  const derived = `${prefix}:derived`;
  const empty = `${prefix}:empty`;
  let subject: DockerSubject;
  beforeAll(async () => {
    subject = await openDocker(`test-${randomUUID()}`, { imagesAllowed: [`${prefix}:*`] });
    await subject.provisioner.ready();
    await docker.createContainer({ Image: OWN_IMAGE, name: prefix }).then(async (container) => {
      const changes =
        'ENV JAVA_HOME=/opt/java PATH=/opt/java/bin:/usr/bin\nUSER 0\nENTRYPOINT ["false"]\nLABEL astraforge.run=run_of_the_image';
      await container.commit({ repo: prefix, tag: 'derived', changes });
      await container.remove();
    });
    const changes = ['LABEL astraforge.workspace=1'];
    const made = await docker.importImage(Readable.from([Buffer.alloc(1_024)]), {
      repo: prefix,
      tag: 'empty',
      changes,
    });
    await once(made.resume(), 'end');
  }, OPEN_TIMEOUT_MS);
  afterAll(async () => {
    await subject[Symbol.asyncDispose]();
    for (const name of [derived, empty]) await docker.getImage(name).remove({ force: true });
  });

  test('is used with its variables, as our user and under our daemon, and its programs come after ours', async () => {
    await using stand = await subject.openDoors();
    const guest = await subject.provisioner.create({ labels, doors: stand.doors, image: derived });
    onTestFinished(() => guest.destroy());
    const script = 'id -u; echo "$JAVA_HOME"; echo "$PATH"';
    const { stdout } = await guest.exec({ argv: ['sh', '-c', script], ...LIMITS });
    const [user, home, path] = textOf(stdout).split('\n');
    expect([user, home]).toEqual(['10001', '/opt/java']);
    expect(path).toMatch(/^\/opt\/astraforge\/bin:.*:\/opt\/java\/bin$/);
  });

  test('is denied when the installation does not allow it', async () => {
    await using stand = await subject.openDoors();
    const made = subject.provisioner.create({ labels, doors: stand.doors, image: 'debian:bookworm-slim' });
    await expect(made).rejects.toMatchObject({ code: 'denied' });
  });

  test('that only says it is a workspace leaves nothing behind', async () => {
    await using stand = await subject.openDoors();
    const made = subject.provisioner.create({ labels, doors: stand.doors, image: empty });
    await expect(made).rejects.toMatchObject({ code: expect.stringMatching(/unavailable|invalid/) });
    const left = await docker.listContainers({ all: true, filters: { ancestor: [empty] } });
    expect(left).toEqual([]);
  });
});
