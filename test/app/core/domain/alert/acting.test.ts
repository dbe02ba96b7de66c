import { expect, it } from 'vitest';
import { decide } from '#core/domain/alert/acting.ts';

const rules = { act: 'propose', when: {} } as const;
const about = { alert: { level: 'error', environment: 'live' }, failure: null };
const counted = (events: number | null, users: number | null) => ({ events, users, environment: null });

it('what is configured is done where nothing stands against it', () => {
  expect(decide(rules, about)).toEqual({ act: 'propose', reason: null });
  expect(decide({ ...rules, act: 'fix' }, about)).toEqual({ act: 'fix', reason: null });
  expect(decide({ ...rules, act: 'record' }, about)).toEqual({ act: 'record', reason: 'its source is only recorded' });
});

it.each([
  ['its level is error', { levels: ['fatal'] }, about],
  ['its level is not told', { levels: ['fatal'] }, { ...about, alert: { level: null, environment: null } }],
  ['its environment is live', { environments: ['production'] }, about],
  ['3 events are fewer than 5', { events: 5 }, { ...about, failure: counted(3, null) }],
  ['0 users are fewer than 1', { users: 1 }, { ...about, failure: counted(3, null) }],
  ['0 events are fewer than 1', { events: 1 }, about],
])('an alert is only kept when %s', (reason, when, told) => {
  expect(decide({ ...rules, when }, told)).toEqual({ act: 'record', reason });
});

it('the environment of the event counts more than that of the alert, and bounds that are met change nothing', () => {
  const when = { levels: ['error'], environments: ['production'], events: 2, users: 1 };
  const failure = { events: 2, users: 1, environment: 'production' };
  expect(decide({ ...rules, when }, { ...about, failure })).toEqual({ act: 'propose', reason: null });
});
