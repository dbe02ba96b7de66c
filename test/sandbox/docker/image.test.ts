import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import Docker from 'dockerode';
import { expect, onTestFinished, test } from 'vitest';
import { ensureImage } from '../../../sandbox/docker/image.ts';
import { openImages } from '../../../sandbox/docker/images.ts';
import { describeWith } from '../../services/describe-with.ts';

const WORKSPACE = 'LABEL astraforge.workspace=1';
const BUILD_TIMEOUT_MS = 900_000;

describeWith(['docker', 'codex'], 'an image', () => {
  const docker = new Docker();

  /** An empty image with these instructions; gone at the end, whatever has its name by then. */
  async function importImage(...changes: readonly string[]): Promise<string> {
    const [repo, tag] = [`astraforge-test-${randomUUID()}`, 'brought'];
    const answer = await docker.importImage(Readable.from([Buffer.alloc(1_024)]), { repo, tag, changes });
    await once(answer.resume(), 'end');
    const name = `${repo}:${tag}`;
    onTestFinished(async () => void (await docker.getImage(name).remove()));
    return name;
  }

  test('of ours that somebody brings is taken as it is, with its variables and by its digest', async () => {
    const image = await importImage(WORKSPACE, 'ENV JAVA_HOME=/opt/java OPTIONS=a=b');
    const steps: string[] = [];
    for (const own of [false, true]) {
      const found = await ensureImage(docker, { image, own, onProgress: (line) => steps.push(line) });
      expect(found.id).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(found.env).toEqual({ JAVA_HOME: '/opt/java', OPTIONS: 'a=b' });
    }
    expect(steps).toEqual([]);
  });

  test('with volumes is refused, since nothing bounds them', async () => {
    const image = await importImage(WORKSPACE, 'VOLUME /data');
    await expect(ensureImage(docker, { image, own: false, onProgress: () => undefined })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('VOLUME'),
    });
  });

  test('of something else is refused, with what to do', async () => {
    for (const image of [await importImage(), await importImage('LABEL astraforge.workspace=0')]) {
      await expect(ensureImage(docker, { image, own: false, onProgress: () => undefined })).rejects.toMatchObject({
        code: 'invalid',
        message: expect.stringContaining('FROM the workspace image'),
      });
    }
  });

  test(
    'of ours that was built from other parts is built again by itself',
    async () => {
      const image = await importImage(WORKSPACE, 'LABEL astraforge.recipe=0123456789abcdef');
      const steps: string[] = [];
      const onProgress = (line: string): void => void steps.push(line);
      const rebuilt = await ensureImage(docker, { image, own: true, onProgress });
      expect(rebuilt.labels['astraforge.recipe']).not.toBe('0123456789abcdef');
      expect(steps).toContain(`building ${image}`);
      steps.length = 0;
      expect((await ensureImage(docker, { image, own: true, onProgress })).id).toBe(rebuilt.id);
      expect(steps).toEqual([]);
    },
    BUILD_TIMEOUT_MS,
  );

  test('that somebody named and nobody has is refused, and nothing else is built under its name', async () => {
    const image = `localhost:9/astraforge-test-${randomUUID()}:absent`;
    await expect(ensureImage(docker, { image, own: false, onProgress: () => undefined })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('CODEX_WORKSPACE_IMAGE'),
    });
    await expect(docker.getImage(image).inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  test('is prepared once for all who ask, each hears of it, and a failure is not kept', async () => {
    const images = openImages(docker, 'none');
    const image = `localhost:9/astraforge-test-${randomUUID()}:absent`;
    const heard = [0, 1].map(() => [] as string[]);
    const asked = heard.map((lines) => images.prepare(image, (line) => lines.push(line)));
    for (const answer of asked) await expect(answer).rejects.toMatchObject({ code: 'unavailable' });
    expect(heard).toEqual([[`pulling ${image}`], [`pulling ${image}`]]);
    await expect(images.prepare(image, (line) => heard[0]?.push(line))).rejects.toMatchObject({ code: 'unavailable' });
    expect(heard[0]).toHaveLength(2);
  });
});
