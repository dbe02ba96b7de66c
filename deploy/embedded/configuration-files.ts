import type { Provider } from '#core/domain/host/repo.ts';
import { configuredVariables, type ConfiguredVariable, type Reader } from './configured-variables.ts';

const READ_BY: Readonly<Record<Reader, string>> = {
  app: 'app',
  workers: 'workers',
  sandbox: 'sandbox',
  gateway: 'gateway',
  start: '`npm start`',
  compose: 'compose',
};
const WIDTH = 118;

const INTRODUCTION = `# Configuration

<!-- Made from the schemas in the code by \`npm run docs:configuration\`; a test holds it to them. -->

Everything is set by environment variables. \`npm start\` reads a file \`.env\` in its directory as well, and so does Docker Compose;
\`.env.example\` lists all of them. Each process reads its own variables once, at its start, and refuses to start with all faults named
at once. Empty text counts as unset. GitHub, GitLab and plain Git servers are served, any of them: a host of which one
variable is set needs all that it requires. \`npm start\` runs app, workers and sandbox in one process and reads the variables of all three. The gateway is a process of its own only where
it is wanted (LLM_PROXY_URL).
`;

/** The text of `docs/configuration.md`. */
export function configurationTable(): string {
  const sections = configuredVariables().map(({ title, variables }) =>
    [
      `## ${title}`,
      '',
      '| variable | default | required | read by | meaning |',
      '|---|---|---|---|---|',
      ...variables.map(tableRow),
      '',
    ].join('\n'),
  );
  return [INTRODUCTION, ...sections].join('\n');
}

function tableRow({ name, fallback, readers, ...variable }: ConfiguredVariable): string {
  const shown = fallback === undefined ? '' : `\`${fallback}\``;
  const cells = [
    `\`${name}\``,
    shown,
    requiredWords({ ...variable, readers }),
    readers.map((reader) => READ_BY[reader]).join(', '),
  ];
  return `| ${[...cells, meaningOf({ ...variable, quote: '`' })].map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;')).join(' | ')} |`;
}

/** The text of `.env.example`: every variable, switched off, with its default. */
export function envExample(): string {
  const head = [
    '# Copy to .env and take the # off what you set. Made by `npm run docs:configuration`; see docs/configuration.md.',
    '# The set-up page of `npm start` adds the variables of the GitHub App by itself. GitHub, GitLab and plain Git servers are',
    '# served, any of them: a host of which one variable is set needs all that it requires.',
  ];
  const groups = configuredVariables().map(({ title, variables }) =>
    [`# --- ${title} ---`, '', ...variables.map(exampleLines)].join('\n'),
  );
  return `${head.join('\n')}\n\n${groups.join('\n')}`;
}

function exampleLines({ name, fallback, ...variable }: ConfiguredVariable): string {
  const required = requiredWords(variable);
  const suffix = required === '' ? '' : ` (required${required === 'yes' ? '' : ` ${required}`})`;
  const words = `${meaningOf({ ...variable, quote: '' })}${suffix}`.replaceAll('`', '');
  return `${wrap(words)}\n#${name}=${fallback ?? ''}\n`;
}

const HOSTS: Readonly<Record<Provider, string>> = {
  github: 'with GitHub',
  gitlab: 'with GitLab',
  git: 'with plain Git servers',
};

/** Empty when it is not; `yes` when every reader needs it. */
function requiredWords({
  requiredBy,
  requiredWith,
  readers,
}: Pick<ConfiguredVariable, 'requiredBy' | 'requiredWith' | 'readers'>): string {
  if (requiredWith !== undefined) return HOSTS[requiredWith];
  if (requiredBy.length > 0 && requiredBy.length === readers.length) return 'yes';
  return requiredBy.map((reader) => `by ${READ_BY[reader]}`).join(', ');
}

function meaningOf({ meaning, choices, quote }: Pick<ConfiguredVariable, 'meaning' | 'choices'> & { quote: string }) {
  const words = choices.map((choice) => `${quote}${choice}${quote}`).join(', ');
  return choices.length === 0 ? meaning : `${meaning}. One of: ${words}`;
}

function wrap(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + word.length + 1 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.map((line) => `# ${line}`).join('\n');
}
