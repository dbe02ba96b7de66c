import { expect, test } from 'vitest';
import type { RunLogEntry } from '#core/contracts/run-log.ts';
import type { Run } from '#core/domain/run/run.ts';
import { countRefusals } from '#core/usecases/run/count-refusals.ts';
import { aRun } from '../../domain/samples.ts';

/** A run that only listens, and a clock that is set. */
function scene(before: Run['blocked'] = {}) {
  const entries: RunLogEntry[] = [];
  let blocked: Run['blocked'] = before;
  let nowMs = Date.parse('2026-01-01T00:00:00.000Z');
  const held = {
    run: aRun({ blocked: before }),
    note: (entry: RunLogEntry) => void entries.push(entry),
    amend: (patch: Partial<Run>) => void (blocked = patch.blocked ?? blocked),
  };
  const count = countRefusals(held, { now: () => new Date(nowMs).toISOString() });
  return {
    ...count,
    egress: (what: string) => count.onRefused({ door: 'egress', what }),
    pass: (ms: number) => void (nowMs += ms),
    messages: () => entries.map(({ message }) => message),
    entries,
    blocked: () => blocked,
  };
}

test('each host is told at once, as a log event of its own', () => {
  const { egress, entries } = scene();
  egress('registry.example:443');
  egress('other.example:80');
  expect(entries).toEqual([
    { type: 'log', stage: 'egress', message: 'blocked: registry.example:443' },
    { type: 'log', stage: 'egress', message: 'blocked: other.example:80' },
  ]);
});

test('a host that is asked for again and again is told at most once in 10 s, with its number, and at the end', () => {
  const { egress, pass, messages, finish, blocked } = scene();
  for (let times = 0; times < 1_000; times += 1) egress('a.example:443');
  expect(messages()).toEqual(['blocked: a.example:443']);
  pass(10_000);
  egress('a.example:443');
  egress('a.example:443');
  expect(messages()).toEqual(['blocked: a.example:443', 'blocked: a.example:443 (1001 times)']);
  finish();
  expect(messages().at(-1)).toBe('blocked: a.example:443 (1002 times)');
  expect(blocked()).toEqual({ 'a.example': 1_002 });
});

test('numbers are by host, whatever the port, and go on from the tries before', () => {
  const { egress, finish, blocked } = scene({ 'a.example': 5 });
  for (const what of ['a.example:443', 'A.Example:80', 'b.example:443']) egress(what);
  finish();
  expect(blocked()).toEqual({ 'a.example': 7, 'b.example': 1 });
});

test('however many hosts a workspace thinks up, the log and the run stay short', () => {
  const { egress, finish, messages, blocked } = scene();
  for (let host = 0; host < 50_000; host += 1) egress(`h${host}.example:443`);
  finish();
  expect(messages().length).toBeLessThan(110);
  expect(Object.keys(blocked()).length).toBeLessThan(110);
  expect(Object.values(blocked()).reduce((sum, times) => sum + times, 0)).toBe(50_000);
});

test('why a host was refused is told with it, and is no part of its name', () => {
  const { egress, messages, blocked } = scene();
  egress('Inside.Example:443 (it is a private address)');
  egress('[::1]:80 (not a host name)');
  expect(messages()).toEqual([
    'blocked: inside.example:443 (it is a private address)',
    'blocked: [::1]:80 (not a host name)',
  ]);
  expect(blocked()).toEqual({ 'inside.example': 1, '[::1]': 1 });
});

test('what is no host name is not repeated', () => {
  const { egress, finish, blocked, messages } = scene();
  for (const what of ['`@ada`:443', 'a b:1', '<!-- x -->', 'x'.repeat(5_000)]) egress(what);
  finish();
  expect(messages()).toEqual(['blocked: not a host name', 'blocked: not a host name (4 times)']);
  expect(blocked()).toEqual({ 'not a host name': 4 });
});

test('a model call that was refused is told too, and is no blocked host', () => {
  const { onRefused, finish, entries, blocked } = scene();
  onRefused({ door: 'model', what: 'model gpt-9 is not allowed' });
  finish();
  onRefused({ door: 'model', what: 'too late' });
  expect(entries).toEqual([{ type: 'log', stage: 'model', message: 'refused: model gpt-9 is not allowed' }]);
  expect(blocked()).toEqual({});
});
