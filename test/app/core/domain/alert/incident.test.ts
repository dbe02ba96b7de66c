import { describe, expect, test } from 'vitest';
import { alertActor, commitIn, isRegression } from '#core/domain/alert/incident.ts';
import { newsOfIncident, trackerComment, trackerMarker } from '#core/domain/alert/incident-news.ts';
import { splitRepository } from '#core/domain/alert/repository-name.ts';
import { projectOf, type WatchedProject } from '#core/domain/alert/source.ts';
import { isAlert, personName } from '#core/domain/host/repo.ts';
import { aRun } from '../samples.ts';
import { anIncident } from './an-incident.ts';

const SHA = 'abcdef0123456789abcdef0123456789abcdef01';

test.each([
  [SHA, SHA],
  [`shop@${SHA.toUpperCase()}`, SHA],
  ['shop@1.2.3+abcdef0', 'abcdef0'],
  ['shop-abcdef0', 'abcdef0'],
  ['1.2.3', undefined],
  ['build-20261127', undefined],
  ['shop@abcde', undefined],
  [`x${SHA}`, undefined],
  [null, undefined],
])('the commit in the release %s is %s', (release, commit) => {
  expect(commitIn(release)).toBe(commit);
});

describe('a failure came back', () => {
  const before = { releases: ['1.0'] };
  test.each([
    ['the host says that its release has the fix', 'fired', '1.0', true, true],
    ['the host says that it has not, whatever the tracker says', 'regressed', '2.0', false, false],
    ['nobody knows, and the tracker says so', 'regressed', '1.0', undefined, true],
    ['nobody knows, and people opened it again', 'reopened', null, undefined, true],
    ['nobody knows, in a release that had it before', 'fired', '1.0', undefined, false],
    ['nobody knows, in a release that never had it', 'fired', '2.0', undefined, true],
    ['nobody knows, nor the release', 'fired', null, undefined, false],
  ])('%s', (...told) => {
    const [, occasion, release, isFixWithin, expected] = told;
    expect(isRegression(before, { occasion, release }, isFixWithin)).toBe(expected);
  });
});

test('who asks for what alerts ask is nobody, whom no text mentions', () => {
  const actor = alertActor(anIncident());
  expect([isAlert(actor), personName(actor)]).toEqual([true, 'the alerts of shop']);
});

describe('news', () => {
  const of = (incident = anIncident(), run = aRun(), change: { number: number; url: string } | null = null) =>
    newsOfIncident(incident, { provider: 'github', run, change });

  test('of an incident that is over is about that, whatever its run does', () => {
    for (const state of ['merged', 'closed'] as const)
      expect(of(anIncident({ state }), aRun({ status: 'awaiting_approval' })).kind).toBe(state);
  });

  test.each([
    ['begun', { status: 'running' }],
    ['waits', { status: 'awaiting_approval' }],
    ['failed', { status: 'failed' }],
    ['failed', { status: 'cancelled' }],
  ] as const)('is that it %s when its run is %j', (kind, run) => {
    expect(of(anIncident(), aRun(run)).kind).toBe(kind);
  });

  test('of a change tells where it is', () => {
    const { kind, links } = of(anIncident({ thread: { number: 3, url: 'https://host/3' } }), aRun(), {
      ...{ number: 4, url: 'https://host/4' },
    });
    expect([kind, links.map(({ url }) => url)]).toEqual(['proposed', ['https://host/3', 'https://host/4']]);
  });

  test('holds no word of the failure, and is found again by its mark', () => {
    const hostile = anIncident({ title: 'EVIL', level: 'EVIL', environment: 'EVIL', releases: ['EVIL'], round: 2 });
    const text = trackerComment(of(hostile), 'some-id');
    expect(text).not.toContain('EVIL');
    expect(text).toContain('It came back after its fix.');
    expect(text).toContain(trackerMarker('some-id'));
  });
});

describe('the repository of an alert', () => {
  const project = (repository: string, from?: string): WatchedProject => ({
    ...{ project: 'Front', provider: 'github', repository },
    paths: from === undefined ? [] : [{ from, to: '' }],
  });
  const failing = (file: string) => ({
    errors: [{ type: 'E', value: '', frames: [{ file, function: null, line: 1, inApp: true, context: [] }] }],
  });
  const [web, all] = [project('acme/web', '/app/web/'), project('acme/all', '/app/')];

  test('is that of the named project, whatever the case, and none where none is', () => {
    expect(projectOf({ projects: [web] }, { projects: ['7', 'fRONT'] }, null)).toBe(web);
    expect(projectOf({ projects: [web] }, { projects: ['other'] }, null)).toBeUndefined();
  });

  test('is of several the one with the longest path to what failed, or else the first', () => {
    const source = { projects: [all, web] };
    const told = { projects: ['front'] };
    expect(projectOf(source, told, failing('/app/web/a.ts'))).toBe(web);
    expect(projectOf(source, told, failing('/app/api/a.ts'))).toBe(all);
    expect(projectOf(source, told, failing('/else/a.ts'))).toBe(all);
  });

  test('is taken apart as it is written', () => {
    expect(splitRepository('gitlab:group/sub/name')).toEqual({ provider: 'gitlab', name: 'group/sub/name' });
  });
});
