import { afterAll, beforeAll, expect, it } from 'vitest';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import { eventAlert, glitchtipHook, issueHook } from './alert-bodies.ts';
import { openAlertScene, signed, type AlertScene } from './alert-scene.ts';

let scene: AlertScene;
beforeAll(async () => {
  scene = await openAlertScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

const newest = async (countMax = 1) => scene.opened.store.alerts.list(FIRST_TENANT, { after: null, countMax });

it('an alert rule of Sentry that fired is on record with its issue and the repository of its project', async () => {
  expect((await scene.sentry('event_alert', eventAlert())).status).toBe(202);
  expect(await scene.work()).toEqual(['1 alert recorded, 0 without a repository']);
  expect(await newest()).toMatchObject([
    {
      ...{
        source: 'shop',
        tracker: 'sentry',
        occasion: 'fired',
        issueId: '1170820242',
        repository: 'github:acme/shop',
      },
      ...{ level: 'error', environment: 'production', release: '1.4.2', projects: ['front-end', '1'] },
      title: 'ReferenceError: heck is not defined',
      issueUrl: expect.stringMatching(/^https:\/\/sentry\.example\/organizations\/acme\/issues\/1170820242\//),
    },
  ]);
});

it.each([
  ['created', 'new', 'created'],
  ['resolved', null, 'resolved'],
  ['unresolved', 'regressed', 'regressed'],
  ['unresolved', 'escalating', 'escalating'],
  ['unresolved', 'ongoing', 'reopened'],
])('an issue of Sentry that is %s (%s) is told as %s', async (action, substatus, occasion) => {
  await scene.sentry('issue', issueHook(action, { substatus }));
  expect(await scene.work()).toEqual(['1 alert recorded, 0 without a repository']);
  expect(await newest()).toMatchObject([{ occasion, issueId: '1170820242', repository: 'github:acme/shop' }]);
});

it.each([
  ['issue', issueHook('assigned'), 'ignored: an issue that is assigned asks for nothing'],
  ['issue', issueHook('archived'), 'ignored: an issue that is archived asks for nothing'],
  ['metric_alert', { action: 'critical', data: {} }, 'ignored: metric_alert asks for nothing'],
  ['installation', { action: 'created', data: {} }, 'ignored: installation asks for nothing'],
  ['comment', { action: 'created', data: {} }, 'ignored: comment asks for nothing'],
])('a hook of %s that asks for nothing is settled with the reason', async (resource, body, outcome) => {
  expect((await scene.sentry(resource, body)).status).toBe(202);
  expect(await scene.work()).toEqual([outcome]);
});

it('an event of a project that nobody configured is on record without a repository', async () => {
  const url = 'https://sentry.example/api/0/projects/acme/elsewhere/events/1/';
  await scene.sentry('error', { action: 'created', data: { error: eventAlert({ url, project: 99 }).data.event } });
  expect(await scene.work()).toEqual(['1 alert recorded, 1 without a repository']);
  expect(await newest()).toMatchObject([
    { occasion: 'created', repository: null, outcome: expect.stringContaining('No repository is configured') },
  ]);
});

it('one delivery of Glitchtip tells of as many issues as it has attachments', async () => {
  const link = (id: number) => ({ title_link: `https://glitchtip.example/acme/issues/${id}?project=3` });
  expect((await scene.glitchtip(glitchtipHook(link(7), link(8), link(9)))).status).toBe(202);
  expect(await scene.work()).toEqual(['3 alerts recorded, 0 without a repository']);
  const told = await newest(3);
  expect(told.map(({ issueId }) => issueId).toSorted()).toEqual(['7', '8', '9']);
  expect(told[0]).toMatchObject({ environment: 'production', release: '2.0', repository: 'gitlab:acme/till' });
});

it('a hook that comes again, in any guise, is one', async () => {
  const text = JSON.stringify(eventAlert());
  const headers = signed('event_alert', text);
  const again = { ...headers, 'request-id': 'another' };
  const answers = [headers, headers, again].map((one) => scene.post('/webhooks/sentry/shop', text, one));
  const bodies = await Promise.all((await Promise.all(answers)).map((answer) => answer.json()));
  expect(bodies.map((body) => JSON.stringify(body)).toSorted()).toEqual(
    ['recorded', 'repeated', 'repeated'].map((detail) => JSON.stringify({ detail })),
  );
  expect(await scene.work()).toHaveLength(1);
});
