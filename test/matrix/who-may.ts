import { VERBS, type Verb } from '#core/domain/command/command-list.ts';
import { ROLES, type Asked, type Role } from '#core/domain/rules/role.ts';

/**
 * The one table of who may give which command: a sign for each of {@link ROLES}, in that order. Written out, so that a change
 * of the rule is seen here; the domain, the guide and both hosts are held to it.
 */
export const WHO_MAY: Readonly<Record<string, string>> = {
  help: '-+++++',
  status: '-+++++',
  explain: '-+++++',
  config: '-+++++',
  run: '---+++',
  plan: '---+++',
  fix: '---+++',
  review: '---+++',
  retry: '---+++',
  revert: '---+++',
  cancel: '---+++',
  approve: '---+++',
  reject: '---+++',
  'allow-host once': '---+++',
  'allow-host repo': '----++',
};

/** What can be asked, by its name in {@link WHO_MAY}: each command, and `allow host` once for each of its scopes. */
export const ASKED: readonly (readonly [string, Asked])[] = VERBS.flatMap(askedFor);

function askedFor(verb: Verb): readonly (readonly [string, Asked])[] {
  if (verb !== 'allow-host') return [[verb, { verb }]];
  return (['once', 'repo'] as const).map((scope) => [`${verb} ${scope}`, { verb, scope }]);
}

/** Whether the table lets a person in this role ask for that. */
export function tableAllows(name: string, role: Role): boolean {
  return WHO_MAY[name]?.at(ROLES.indexOf(role)) === '+';
}

/** The least role that the table lets ask for that. */
export function leastRole(name: string): Role {
  const role = ROLES[WHO_MAY[name]?.indexOf('+') ?? -1];
  if (role === undefined) throw new Error(`nobody may ${name}`);
  return role;
}
