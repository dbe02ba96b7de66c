import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MergeRequestRecord } from '../fakes/gitlab/records.ts';
import { say as words, shell, type Scenario } from '../fakes/model/scenario.ts';
import { describeWith } from '../services/describe-with.ts';
import { answers, waitsFor, writes } from './conversation-scenarios.ts';
import { askOnIssue, openPeopledFlow, ourNotes, progressNote, say, type Place } from './gitlab-talk.ts';
import type { GitLabFlow } from './gitlab-world.ts';
import { until } from './world.ts';

/** Does what the log of a failed job asks for; seen only by whoever was told the log. */
const mends: Scenario = {
  name: 'mends',
  when: /AssertionError: mended\.txt is missing/,
  steps: [{ items: [shell("printf 'mended\\n' > mended.txt")] }, { items: [words('I wrote mended.txt.')] }],
};

describeWith(['codex', 'confinement'], 'further words on GitLab', () => {
  let flow: GitLabFlow;
  let directory: string;
  beforeAll(async () => {
    const scenario = [
      mends,
      waitsFor('slow.txt', '$HOME/go'),
      writes('more.txt', 'more'),
      writes('third.txt', 'three'),
      writes('first.txt', 'one'),
      answers,
    ];
    directory = await mkdtemp(path.join(tmpdir(), 'af-'));
    flow = await openPeopledFlow({ scenario, env: { SANDBOX_DIRECTORY: directory } });
  }, 120_000);
  afterAll(async () => {
    flow.gitlab.assertNoViolations();
    await flow[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  const file = (branch: string, name: string) => flow.gitlab.fileAt(flow.repository, branch, name);
  const progress = (place: Place) => ourNotes(flow, place).filter(({ body }) => body.includes('astraforge:comment:'));
  const changesFor = ({ number }: Place): MergeRequestRecord[] =>
    flow.gitlab.pulls(flow.repository).filter(({ body }) => body.includes(`#${number}.`));

  /** An issue whose request has made its merge request. */
  async function opened(text = '@astraforge write first.txt') {
    const { issue } = await askOnIssue(flow, text);
    await progressNote(flow, issue, /Opened merge request !/);
    const [change] = changesFor(issue);
    if (!change) throw new Error('the merge request does not name its issue');
    return { issue, change };
  }

  it('a note on the merge request continues the same conversation on the same branch', async () => {
    const { issue, change } = await opened();
    const before = flow.model.requests.length;
    const note = await say(flow, change, { by: 'ada', body: '@astraforge write more.txt as well' });
    await progressNote(flow, issue, new RegExp(`Updated merge request !${change.number}`));
    expect(await file(change.sourceBranch, 'first.txt')).toBe('one\n');
    expect(await file(change.sourceBranch, 'more.txt')).toBe('more\n');
    expect(changesFor(issue)).toEqual([change]);
    expect(progress(issue)).toHaveLength(1);
    const eyes = flow.gitlab.reactions(flow.repository, { comment: note.id });
    expect(eyes.map(({ content }) => content)).toEqual(['eyes']);
    // What it said itself in the first run: the agent's session was resumed.
    const asked = JSON.stringify(flow.model.requests.slice(before).map(({ body }) => body));
    expect(asked).toContain('I wrote first.txt.');
    await say(flow, issue, { by: 'ada', body: '@astraforge write third.txt, said on the issue' });
    await until('the third file', async () => (await file(change.sourceBranch, 'third.txt')) !== undefined);
    expect(progress(change)).toHaveLength(0);
  }, 240_000);

  it('words said while it works are its next turn, in the same run', async () => {
    const { issue } = await askOnIssue(flow, '@astraforge write slow.txt slowly');
    await progressNote(flow, issue, /Working on it/);
    const note = await say(flow, issue, { by: 'ada', body: '@astraforge write more.txt meanwhile' });
    await until('the reaction', () => flow.gitlab.reactions(flow.repository, { comment: note.id }).length === 1);
    await letGo();
    await progressNote(flow, issue, /Opened merge request !/);
    const [change] = changesFor(issue);
    const branch = change?.sourceBranch ?? '';
    expect(await file(branch, 'slow.txt')).toBe('slow\n');
    expect(await file(branch, 'more.txt')).toBe('more\n');
    expect(change?.versions).toHaveLength(1);
  }, 240_000);

  it('a commit that a person pushed to the branch is kept, and ours is merged with it', async () => {
    const { issue, change } = await opened();
    const { sourceBranch: branch } = change;
    await flow.gitlab.commit({ repository: flow.repository, branch, files: { 'human.txt': 'mine\n' }, by: 'mona' });
    await say(flow, change, { by: 'ada', body: '@astraforge write more.txt on top' });
    await progressNote(flow, issue, /Updated merge request/);
    expect(await file(branch, 'human.txt')).toBe('mine\n');
    expect(await file(branch, 'more.txt')).toBe('more\n');
  }, 240_000);

  it('a pipeline that failed on the merge request is mended by what its log says', async () => {
    const { issue, change } = await opened();
    const { sourceBranch: ref } = change;
    const jobs = [{ name: 'unit tests', status: 'failed', log: 'AssertionError: mended.txt is missing\n' } as const];
    await flow.gitlab.runPipeline({ repository: flow.repository, by: 'ada', ref, jobs });
    await say(flow, change, { by: 'ada', body: '@astraforge fix' });
    await until('the mended file', async () => (await file(ref, 'mended.txt')) === 'mended\n');
    expect(await file(ref, 'first.txt')).toBe('one\n');
    expect(changesFor(issue)).toEqual([change]);
  }, 240_000);

  it('two requests in one thread are done one after the other, and the second says its place', async () => {
    const { issue } = await askOnIssue(flow, '@astraforge write slow.txt slowly');
    await progressNote(flow, issue, /Working on it/);
    await say(flow, issue, { by: 'ada', body: '@astraforge run write third.txt in a request of its own' });
    await progressNote(flow, issue, /Number 2 in this thread/);
    await letGo();
    await until('both merge requests', () => changesFor(issue).length === 2);
    expect(progress(issue)).toHaveLength(2);
    expect(flow.model.unexpected).toEqual([]);
  }, 240_000);

  async function letGo(): Promise<void> {
    for (const room of await readdir(directory))
      await writeFile(path.join(directory, room, 'home', 'go'), '').catch(() => undefined);
  }
});
