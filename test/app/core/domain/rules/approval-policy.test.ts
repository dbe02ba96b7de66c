import { describe, expect, it } from 'vitest';
import { RepositoryConfig } from '#core/contracts/repository-config.ts';
import { approvalFor, type Asker } from '#core/domain/rules/approval-policy.ts';
import { APPROVAL_MODES } from '#core/domain/rules/repository-rules.ts';
import { hasRole, ROLES } from '#core/domain/rules/role.ts';

const modeOf = (approval: unknown, asker: Asker) =>
  approvalFor(RepositoryConfig.parse(approval === undefined ? {} : { approval }), asker);

const WRITERS = ROLES.filter((role) => hasRole(role, 'write'));
const BELOW = ROLES.filter((role) => !hasRole(role, 'write'));
const MAYBE = [undefined, ...APPROVAL_MODES];

describe('what has to be approved', () => {
  it.each([
    // approval, maintainers, people below write access, alerts
    [undefined, 'none', 'publish', 'publish'],
    ['none', 'none', 'publish', 'publish'],
    ['plan', 'plan', 'plan', 'plan'],
    ['publish', 'publish', 'publish', 'publish'],
    [{ default: 'none' }, 'none', 'publish', 'publish'],
    [{ others: 'none' }, 'none', 'none', 'publish'],
    [{ others: 'plan' }, 'none', 'plan', 'plan'],
    [{ maintainers: 'plan' }, 'plan', 'publish', 'publish'],
    [{ default: 'plan', maintainers: 'none' }, 'none', 'plan', 'plan'],
    [{ default: 'plan', others: 'none' }, 'plan', 'none', 'publish'],
    [{ self: true }, 'none', 'publish', 'publish'],
  ])('%j: maintainers %s, others %s, alerts %s', (approval, ...[maintainers, others, alerts]) => {
    for (const role of WRITERS) expect(modeOf(approval, role), role).toBe(maintainers);
    for (const role of BELOW) expect(modeOf(approval, role), role).toBe(others);
    expect(modeOf(approval, 'alert')).toBe(alerts);
  });

  it('is never nothing below write access unless `others: none` is written, and never for an alert', () => {
    const written = MAYBE.flatMap((all) =>
      MAYBE.flatMap((maintainers) => MAYBE.map((others) => ({ default: all, maintainers, others, self: true }))),
    );
    expect(written).toHaveLength(64);
    for (const approval of [...written, ...APPROVAL_MODES]) {
      const isExplicit = typeof approval === 'object' && approval.others === 'none';
      for (const role of BELOW) expect(modeOf(approval, role) === 'none', JSON.stringify(approval)).toBe(isExplicit);
      expect(modeOf(approval, 'alert')).not.toBe('none');
    }
  });

  it('is not decided by those who asked, unless `self: true` is written', () => {
    expect(RepositoryConfig.parse({}).approval.self).toBe(false);
    expect(RepositoryConfig.parse({ approval: 'plan' }).approval.self).toBe(false);
    expect(RepositoryConfig.parse({ approval: { self: true } }).approval.self).toBe(true);
  });
});
