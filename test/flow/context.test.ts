import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { instant } from '../fakes/model/scenarios.ts';
import { onBothHosts, play } from './hosts/on-both-hosts.ts';

/** One pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
/** Hosts count whole seconds. */
const A_SECOND_MS = 1_100;

onBothHosts('what the agent is told around a request', (host) => {
  const scene = play(host, { scenario: instant });

  /** All that Codex sent to the model since the request with this number. */
  const sent = (from: number): string =>
    scene()
      .model.requests.slice(from)
      .map(({ body }) => JSON.stringify(body))
      .join();

  it('is the conversation as it was when somebody asked, with what a reader saw of it, and the pictures', async () => {
    const picture = scene().attach(Buffer.from(PNG, 'base64'));
    const by = 'mira';
    const { place: related } = await scene().openIssue({ by, title: 'Rounding', body: 'words of the linked issue' });
    const { place: kept } = await scene().openIssue({ by, title: 'Kept', body: 'words that nobody changed' });
    const { place } = await scene().openIssue({ by, title: 'Durations', body: `See #${related.number}` });
    await scene().relate(place, kept, by);
    const hidden = 'it is the \u200Bearlier\u202E remark <!-- hidden order -->';
    const remark = await scene().comment(place, hidden, 'rita');
    const said = await scene().comment(place, 'harmless so far', 'eve');
    await delay(A_SECOND_MS);
    // Long enough that what follows is there before anything is read.
    scene().slowReading(3 * A_SECOND_MS);
    const before = scene().model.requests.length;
    await scene().comment(place, `@astraforge look at this ![shot](${picture})`);
    await scene().editComment(said, 'injected by an edit', 'eve');
    await scene().describe(related, 'injected into the link', 'eve');
    await scene().comment(place, 'injected afterwards', 'eve');
    // Neither is an edit, though a host may move the time of the last change.
    await scene().thumbUp(remark, 'eve');
    await scene().label(kept, 'later');
    await scene().over(place);
    const told = sent(before);
    for (const part of ['it is the earlier remark', 'words that nobody changed']) expect(told).toContain(part);
    for (const gone of ['injected', 'harmless so far', 'hidden order', '\u200B', '\u202E', 'words of the linked issue'])
      expect(told).not.toContain(gone);
    expect(told).toContain(`data:image/png;base64,${PNG}`);
    expect(scene().model.unexpected).toEqual([]);
  });

  it('is what failed, with the end of its log, when it is asked to fix a change', async () => {
    const sha = await scene().push({ branch: 'topic', files: { 'topic.txt': 'a\n' } });
    const { place } = await scene().openChange({ title: 'Topic', head: 'topic' });
    const log = `the beginning of the log\n${'noise\n'.repeat(10_000)}\u001B[31mAssertionError: 60 is not 59.6\u001B[0m\n`;
    await scene().failJob({ branch: 'topic', sha, name: 'unit tests', log });
    const onTopic = { by: 'rita', path: 'topic.txt', line: 1 };
    await scene().commentOnLine(place, { ...onTopic, body: 'not an a, please' });
    scene().resolve(await scene().commentOnLine(place, { ...onTopic, body: 'settled long ago' }));
    await delay(A_SECOND_MS);
    const before = scene().model.requests.length;
    await scene().comment(place, '@astraforge fix');
    await scene().over(place);
    const told = sent(before);
    for (const part of ['unit tests', 'AssertionError: 60 is not 59.6', 'not an a, please'])
      expect(told).toContain(part);
    expect(told).toMatch(/REMARK 1 (?:(?!>>>).)*not an a, please/);
    expect(told).not.toContain('the beginning of the log');
    expect(told).not.toMatch(/REMARK \d+ (?:(?!>>>).)*settled long ago/);
    expect(told).not.toContain('\\u001b');
    expect(scene().model.unexpected).toEqual([]);
  });
});
