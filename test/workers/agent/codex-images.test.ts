import { expect, test } from 'vitest';
import { instant } from '../../fakes/model/scenarios.ts';
import { say, type Scenario } from '../../fakes/model/scenario.ts';
import { describeWith } from '../../services/describe-with.ts';
import { openExecutor, type OpenExecutor } from './open-executor.ts';

const MEBIBYTE = 1024 * 1024;
/** One pixel each. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const WEBP = Buffer.from('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA', 'base64');
const NO_PICTURES: Scenario = {
  name: 'noPictures',
  when: /look/,
  steps: [
    {
      fault: {
        kind: 'status',
        status: 400,
        body: { error: { message: 'Invalid input: image input is not supported', type: 'invalid_request_error' } },
      },
    },
  ],
};
const TALKS: Scenario = { name: 'talks', steps: [{ items: [say('Hello.')] }] };

/** The pictures of the newest request, as the model got them. */
function seen(open: OpenExecutor): string[] {
  const body = JSON.stringify(open.model.requests.at(-1)?.body);
  return [...body.matchAll(/"type":"input_image","image_url":"([^"]*)"/g)].map(([, url = '']) => url);
}

function dataUrl(type: string, bytes: Buffer): string {
  return `data:image/${type};base64,${bytes.toString('base64')}`;
}

function padded(bytes: Buffer, size: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]);
}

function notes(open: OpenExecutor): string[] {
  return open.entries.map(({ message }) => message ?? '').filter((message) => message.startsWith('Picture '));
}

describeWith(['codex', 'confinement'], 'pictures for the real Codex', () => {
  test('reach the model through the proxy, as data, with the prompt and outside of the repository', async () => {
    await using open = await openExecutor(instant);
    const images = [
      { name: '../../workspace/--help "x".png', bytes: PNG },
      { name: 'b', bytes: WEBP },
      { name: 'c.exe', bytes: GIF },
    ];
    expect(await open.execute({ images, prompt: 'Look at these.\n' })).toMatchObject({ outcome: 'succeeded' });
    expect(seen(open).slice(0, 2)).toEqual([dataUrl('png', PNG), dataUrl('webp', WEBP)]);
    // Codex makes a PNG of every GIF.
    expect(seen(open)[2]).toMatch(/^data:image\/png;base64,/);
    const body = JSON.stringify(open.model.requests[0]?.body);
    expect(body).toContain('Look at these.');
    expect(body).not.toContain('--help');
    expect([open.door.refused(), notes(open), open.model.unexpected]).toEqual([0, [], []]);
    const { workspace } = open.guest.paths;
    const argv = ['find', workspace, '-mindepth', '1'];
    const left = await open.guest.exec({ argv, timeoutMs: 10_000, outputBytesMax: 1_000, offline: true });
    expect(Buffer.from(left.stdout).toString()).toBe('');
  });

  test('go with a turn that goes on, and stay in the conversation', { timeout: 60_000 }, async () => {
    await using open = await openExecutor(instant);
    const one = await open.execute({ images: [{ name: 'a.png', bytes: PNG }] });
    const resume = { threadId: one.session?.threadId ?? '', record: null, promptAnew: 'New.\n' };
    await open.execute({ images: [{ name: 'a.png', bytes: WEBP }], resume });
    expect(seen(open)).toEqual([dataUrl('png', PNG), dataUrl('webp', WEBP)]);
  });

  test('that are too large, or no pictures, are left out, and the run says so', { timeout: 60_000 }, async () => {
    await using open = await openExecutor(instant);
    const sizes = [10 * MEBIBYTE + 1, 10 * MEBIBYTE, 10 * MEBIBYTE - PNG.length, PNG.length + 1, PNG.length];
    const pictures = sizes.map((size) => ({ name: `${size}.png`, bytes: padded(PNG, size) }));
    const svg = { name: 'drawing.png', bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') };
    expect(await open.execute({ images: [svg, ...pictures] })).toMatchObject({ outcome: 'succeeded' });
    expect(notes(open)).toEqual([
      'Picture 1 was left out: it is no PNG, JPEG, GIF or WebP',
      'Picture 2 was left out: it is larger than 10 MiB',
      'Picture 5 was left out: all together are larger than 20 MiB',
    ]);
    expect(seen(open)).toHaveLength(3);
  });

  test('that the model refuses fail the turn with the reason, and do not stay in the conversation', async () => {
    await using open = await openExecutor([NO_PICTURES, TALKS]);
    const result = await open.execute({ images: [{ name: 'a.png', bytes: PNG }], prompt: 'Please look.\n' });
    expect(result).toMatchObject({ outcome: 'failed', session: null });
    expect(result.reason).toContain('image input is not supported');
    expect(result.reason).toContain('A picture went with the prompt: this model may take none');
  });
});
