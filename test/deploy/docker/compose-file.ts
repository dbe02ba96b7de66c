import { readFile } from 'node:fs/promises';

/** One service of deploy/compose.yml, as far as tests ask. */
export interface ComposeService {
  /** Names in its environment, those of the shared block included. */
  readonly variables: readonly string[];
  /** All its lines, comments left out. */
  readonly text: string;
}

const PATH = new URL('../../../deploy/compose.yml', import.meta.url);

/** The whole text of deploy/compose.yml, comments left out. */
export async function composeText(): Promise<string> {
  const lines = (await readFile(PATH, 'utf8')).split('\n');
  return lines.filter((line) => !/^\s*#/.test(line)).join('\n');
}

/** Its services by name. Reads the one style that the file is written in: block mappings, two spaces a level. */
export async function composeServices(): Promise<Readonly<Record<string, ComposeService>>> {
  const text = await composeText();
  const shared = names(block(text, 'x-shared: &shared', ''));
  const services = block(text, 'services:', '');
  const ids = names(services);
  return Object.fromEntries(
    ids.map((id) => {
      const own = block(services, `${id}:`, '  ');
      const environment = block(own, 'environment:', '    ');
      const inherited = environment.includes('<<: *shared') ? shared : [];
      return [id, { text: own, variables: [...inherited, ...names(environment)] }];
    }),
  );
}

/** The lines below `head`, which stands at `indent`, that are deeper than it; none when there is no such head. */
function block(text: string, head: string, indent: string): string {
  const lines = text.split('\n');
  const start = lines.indexOf(indent + head);
  if (start < 0) return '';
  const below = lines.slice(start + 1);
  const end = below.findIndex((line) => line !== '' && !line.startsWith(`${indent}  `));
  return below.slice(0, end < 0 ? undefined : end).join('\n');
}

/** Keys of the outermost mapping of a block. */
function names(text: string): string[] {
  const indent = /^ */.exec(text)?.[0] ?? '';
  return [...text.matchAll(new RegExp(`^${indent}([A-Za-z_][\\w-]*):`, 'gm'))].map(([, name]) => name ?? '');
}
