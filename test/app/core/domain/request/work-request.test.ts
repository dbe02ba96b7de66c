import { expect, it } from 'vitest';
import { mayCommand, type Role } from '#core/domain/rules/role.ts';
import { transition, type RequestState } from '#core/domain/request/work-request.ts';

const ALLOWED: Readonly<Record<RequestState, string>> = {
  RECEIVED: 'RECEIVED EXECUTING FAILED',
  EXECUTING: 'EXECUTING PLAN_READY PATCH_READY REVIEWED DONE FAILED',
  PLAN_READY: 'PLAN_READY EXECUTING FAILED',
  PATCH_READY: 'PATCH_READY EXECUTING MR_OPENED DONE FAILED',
  MR_OPENED: 'MR_OPENED EXECUTING REVIEWED DONE FAILED',
  REVIEWED: 'REVIEWED EXECUTING DONE FAILED',
  DONE: 'DONE EXECUTING',
  FAILED: 'FAILED EXECUTING',
};
const STATES: readonly RequestState[] = [
  'RECEIVED',
  'PLAN_READY',
  'EXECUTING',
  'PATCH_READY',
  'MR_OPENED',
  'REVIEWED',
  'DONE',
  'FAILED',
];

it.each(STATES)('from %s only the table’s transitions are possible', (from) => {
  for (const to of STATES) {
    if (ALLOWED[from].split(' ').includes(to)) expect(transition(from, to)).toBe(to);
    else expect(() => transition(from, to)).toThrow(`from ${from} to ${to}`);
  }
});

it('only people with write access or more may command', () => {
  const roles: Role[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];
  expect(roles.filter((role) => mayCommand(role, { verb: 'run' }))).toEqual(['write', 'maintain', 'admin']);
});
