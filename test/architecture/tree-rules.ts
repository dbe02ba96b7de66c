import type { SourceFile } from './source-files.ts';

/** A rule over the tree as a whole: the paths that break it, each with what is wrong. Empty means clean. */
export type TreeRule = (files: readonly SourceFile[]) => string[];

const LINES_MAX = 200;
/** A room in which a file is found at a glance. */
const FILES_MAX = 30;
const ROOM = /^(?:app|workers|sandbox|prisma|deploy|dashboard)\//;
const JUNK = /(?:^|[/-])(?:utils?|helpers?|common|shared|misc|lib)(?:\/|\.[^/]+$)/;
const MODULE_MOCK = /\bvi\s*\.\s*(?:mock|doMock|unmock|hoisted)\s*[(<]/;
const BARREL = /^export\s+\*/m;

/** The rooms of the house; a folder that is not here has no import rule, so it may not exist. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  app: [
    ...['core', 'vcs', 'redis', 'connectors', 'notices', 'llm', 'policy', 'artifacts', 'identity', 'telemetry'],
    'http',
  ],
  'app/core': ['domain', 'contracts', 'ports', 'usecases'],
  'app/core/domain': ['alert', 'change', 'command', 'host', 'request', 'rules', 'run', 'text'],
  'app/core/ports': ['access', 'host'],
  'app/core/usecases': [
    'access',
    'alert',
    'command',
    'config',
    'intake',
    'publish',
    'report',
    'request',
    'run',
    'view',
  ],
  'app/vcs/github': ['change', 'inbound', 'repository', 'thread', 'wire'],
  'app/vcs/gitlab': ['change', 'inbound', 'repository', 'thread', 'wire'],
  prisma: ['access', 'alert', 'conversation', 'database', 'generated', 'migrations', 'run', 'view'],
  workers: ['agent', 'gateway', 'git'],
  'workers/gateway': ['budget', 'door', 'egress', 'model'],
  sandbox: ['client', 'daemon', 'docker', 'image', 'kubernetes', 'local', 'sdk', 'server', 'set-up', 'verify'],
  dashboard: ['public', 'src'],
  'dashboard/src': ['api', 'components', 'diff', 'foundation', 'generated', 'log', 'pages', 'shell'],
  deploy: ['local', 'embedded', 'docker', 'k8s', 'helm'],
};

/** No file is longer than the ceiling. */
export const withinCeiling: TreeRule = (files) =>
  files
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0) }))
    .filter(({ lines }) => lines > LINES_MAX)
    .map(({ path, lines }) => `${path}: ${lines} lines, ${LINES_MAX} allowed`);

/** No room of the source holds more files than one sees at a glance. */
export const withinRoom: TreeRule = (files) => {
  const counts = new Map<string, number>();
  for (const { path } of files) {
    const room = path.slice(0, path.lastIndexOf('/'));
    if (ROOM.test(path)) counts.set(room, (counts.get(room) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > FILES_MAX)
    .map(([room, count]) => `${room}/: ${count} files, ${FILES_MAX} allowed`);
};

/** No file or folder is a pile without a subject. */
export const namedAfterWhatItDoes: TreeRule = (files) =>
  files.map((file) => file.path).filter((path) => JUNK.test(path));

/** Folders that hold rings are a closed list, and a Git host is a folder of its own. */
export const knownRoomsOnly: TreeRule = (files) => {
  const strays = new Set<string>();
  for (const { path } of files) {
    if (/^app\/vcs\/[^/]+$/.test(path)) strays.add(`${path}: belongs in the folder of a host`);
    for (const [parent, rooms] of Object.entries(ROOMS)) {
      if (!path.startsWith(`${parent}/`)) continue;
      const [room, ...rest] = path.slice(parent.length + 1).split('/');
      if (room !== undefined && rest.length > 0 && !rooms.includes(room))
        strays.add(`${parent}/${room}/: no such room`);
    }
  }
  return [...strays];
};

/** Tests replace ports, never modules. */
export const noModuleMocks: TreeRule = (files) =>
  files.filter(({ text }) => MODULE_MOCK.test(text)).map(({ path }) => path);

/** Nothing is re-exported wholesale. */
export const noBarrels: TreeRule = (files) => files.filter(({ text }) => BARREL.test(text)).map(({ path }) => path);
