import { parseArgs } from 'node:util';
import { ConfigError } from '../../app/config.ts';

/** What is to be done with a tenant. */
export interface TenantOptions {
  readonly id: string;
  /** False: only count what there is. */
  readonly confirmed: boolean;
}

/** Shown for `--help`. */
export const TENANT_USAGE = `Usage: npm run tenant -- delete ID [--dry-run | --confirm ID]

Deletes a tenant with everything that belongs to it: requests, runs, logs, model calls, diffs, conversations, approvals, API
keys, and the deliveries that brought them. There is no way back. Without --confirm it only counts, table by table.

  --dry-run       only count (the same as leaving --confirm out)
  --confirm ID    really delete; ID once more, so that it is not another one's
  --help          show this

Nothing is deleted while a run of the tenant is under way. What is outside the database is named in
docs/runbooks/keeping-and-forgetting.md. Reads the same variables as npm start, and .env. An embedded database belongs to
one process: stop npm start first.
`;

/** Reads the command line; `help` when that was asked for. @throws ConfigError that says what is wrong. */
export function readTenantOptions(argv: readonly string[]): TenantOptions | 'help' {
  const { values, positionals } = parse(argv);
  if (values.help === true) return 'help';
  const [command, id, ...more] = positionals;
  if (command !== 'delete' || id === undefined || more.length > 0)
    throw new ConfigError(`Say what to do with which tenant.\n\n${TENANT_USAGE}`);
  const { confirm, 'dry-run': isDry = false } = values;
  if (confirm !== undefined && isDry)
    throw new ConfigError('--dry-run deletes nothing and --confirm does: take one of them');
  if (confirm !== undefined && confirm !== id)
    throw new ConfigError(`--confirm says ${confirm}, and the tenant to delete is ${id}: nothing was deleted`);
  return { id, confirmed: confirm !== undefined };
}

function parse(argv: readonly string[]) {
  const options = {
    'dry-run': { type: 'boolean' },
    confirm: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: true });
  } catch (thrown) {
    throw new ConfigError(`${thrown instanceof Error ? thrown.message : String(thrown)}\n\n${TENANT_USAGE}`);
  }
}
