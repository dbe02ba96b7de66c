/**
 * Who may import whom, by folder; tests and test doubles are free. Every rule has a planted violation in
 * test/architecture/planted-violations.ts, so a rule that stops catching fails the build.
 */

const SOURCE = '^(?:app|workers|sandbox|prisma|deploy|dashboard)/';
const CORE = '^app/core/';
const [DOMAIN, CONTRACTS, PORTS, USECASES] = ['domain', 'contracts', 'ports', 'usecases'].map(
  (room) => `${CORE}${room}/`,
);
const ROOTS = [
  '^(?:app|workers|sandbox)/(?:main|plugins)\\.ts$',
  '^workers/gateway-main\\.ts$',
  '^(?:app|workers)/compose[^/]*\\.ts$',
  '^app/process\\.ts$',
  '^deploy/embedded/',
];
const HTTP_DOOR = '^app/http/';
const QUEUE_DOOR = '^workers/(?!(?:main|gateway-main|compose[^/]*|plugins)\\.ts$)[^/]+\\.ts$';
const SANDBOX_DOOR = '^sandbox/server[^/]*(?:/|\\.ts$)';
const DOORS = [HTTP_DOOR, QUEUE_DOOR, SANDBOX_DOOR];
const APP_ADAPTERS = 'app/(?:vcs/[^/]+|redis|connectors|notices|llm|policy|artifacts|identity|telemetry)';
const RING = `^(${APP_ADAPTERS}|prisma|workers/(?:agent|gateway|git)|sandbox)/`;
const ADAPTERS = { path: RING, pathNot: [...DOORS, ...ROOTS] };
const CONFIG = '^app/config[^/]*\\.ts$';
const PLATFORM = '^app/(?!main|plugins|compose|process|config)[^/]+\\.ts$';
const INSIDE_GUEST = '^sandbox/(?:image|sdk)/';
const JUNK = '(?:^|[/-])(?:utils?|helpers?|common|shared|misc|lib)(?:/|\\.[cm]?[jt]sx?$)';
const TESTS = ['^test/', '\\.(?:test|contract|bench)\\.[cm]?ts$', '(?:^|/)node_modules/(?:vitest|@vitest|fast-check)/'];
/** Configuration is where a key file is read and proven to parse; nothing else of the machine is its business. */
const KEY_READING = ['^(?:node:)?(?:fs|crypto)$'];
/** What builds the dashboard runs where packages for development are. */
const BUILDS = '^dashboard/[^/]+\\.config\\.ts$';
const INSTALLED = '(?:^|/)node_modules/';

const packages = (names) => names.map((name) => `${INSTALLED}${name}/`);
const ZOD = packages(['zod']);

const ban = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });
const reach = (name, path, allowed, comment) => ban(name, { path }, { pathNot: allowed }, comment);
const knowsOnly = (name, path, allowed, comment) => ban(name, { path }, { path: SOURCE, pathNot: allowed }, comment);
const only = (name, owners, path, comment) => ban(name, { path: SOURCE, pathNot: owners }, { path }, comment);

const core = [
  reach('domain-is-pure', DOMAIN, [DOMAIN], 'Values and decisions know nothing else.'),
  reach('contracts-reach', CONTRACTS, [DOMAIN, CONTRACTS, ...ZOD], 'Contracts know the domain and zod.'),
  reach('ports-reach', PORTS, [DOMAIN, CONTRACTS, PORTS], 'Ports are interfaces over domain and contracts.'),
  reach('usecases-reach', USECASES, [CORE], 'Use cases know the core only.'),
  reach('core-is-closed', CORE, [CORE, ...ZOD], 'The hexagon has no package but zod and no Node builtin.'),
];

const rings = [
  ban('adapters-skip-usecases', ADAPTERS, { path: USECASES }, 'An adapter fills a port; it decides nothing.'),
  ban(
    'adapters-apart',
    ADAPTERS,
    { path: SOURCE, pathNot: ['^$1/', CORE] },
    'An adapter knows core and its own folder.',
  ),
  knowsOnly('http-skips-adapters', HTTP_DOOR, [HTTP_DOOR, CORE], 'The HTTP door is given its ports.'),
  knowsOnly('queue-door-skips-adapters', QUEUE_DOOR, [QUEUE_DOOR, CORE], 'The queue door is given its ports.'),
  knowsOnly('sandbox-door-skips-adapters', SANDBOX_DOOR, [SANDBOX_DOOR, CORE], 'The sandbox door is given its port.'),
  only('doors-are-ends', [...ROOTS, ...DOORS], DOORS, 'Only a root opens a door.'),
  reach('config-is-alone', CONFIG, [CONFIG, CORE, ...ZOD, ...KEY_READING], 'Configuration knows core and zod.'),
  only('only-roots-configure', [...ROOTS, CONFIG], CONFIG, 'Everything else is given its values.'),
  knowsOnly(
    'platform-reach',
    PLATFORM,
    [PLATFORM, DOMAIN, CONTRACTS, PORTS],
    'Clock and ids of the machine fill a port.',
  ),
  only('platform-is-given', [...ROOTS, PLATFORM], PLATFORM, 'Everything else is given time and ids.'),
  ban('only-roots-wire', { path: SOURCE, pathNot: [...ROOTS, RING] }, ADAPTERS, 'Adapters meet in a root.'),
  only('roots-are-ends', ROOTS, ROOTS, 'Nothing but a root imports a root.'),
];

const processes = [
  ban('app-not-workers', { path: '^app/' }, { path: '^workers/' }, 'What faces the internet runs no agent.'),
  ban('sandbox-not-workers', { path: '^sandbox/' }, { path: '^workers/' }, 'The rooms hold no secret.'),
  ban(
    'sandbox-by-client',
    { path: '^(?:app|workers)/' },
    { path: '^sandbox/', pathNot: '^sandbox/client\\.ts$' },
    'Only its own process talks to the engine.',
  ),
  knowsOnly('guest-side-is-alone', INSIDE_GUEST, [INSIDE_GUEST], 'What runs inside a guest shares no code with us.'),
  knowsOnly('dashboard-contracts-only', '^dashboard/', ['^dashboard/', CONTRACTS], 'The browser knows contracts.'),
  only('dashboard-is-an-end', ['^dashboard/'], '^dashboard/', 'Nothing imports the browser.'),
  only('deploy-is-an-end', ['^deploy/'], '^deploy/', 'Nothing imports its own deployment.'),
  only('generated-client-in-prisma', ['^prisma/'], '^prisma/generated/', 'Rows are translated where they are read.'),
  ban(
    'local-scripts-are-plain',
    { path: '^deploy/local/' },
    { pathNot: '^deploy/local/', dependencyTypesNot: ['core'] },
    'They run before any package is installed.',
  ),
];

/** Each SDK with the only places that may import it. A package in no row may be imported nowhere in the source. */
const SDKS = {
  github: { names: ['probot', '@probot', '@octokit'], owners: ['^app/vcs/github/'] },
  gitlab: { names: ['@gitbeaker'], owners: ['^app/vcs/gitlab/'] },
  queue: { names: ['bullmq'], owners: ['^app/redis/job-queue\\.ts$', '^workers/consumer\\.ts$'] },
  redis: { names: ['ioredis', 'redis', 'rate-limiter-flexible'], owners: ['^app/redis/'] },
  prisma: { names: ['@prisma', 'prisma', '@electric-sql', 'pglite-prisma-adapter'], owners: ['^prisma/'] },
  postgres: { names: ['pg'], owners: ['^prisma/', '^workers/agent/checkpointer\\.ts$'] },
  docker: { names: ['dockerode'], owners: ['^sandbox/docker[^/]*(?:/|\\.ts$)'] },
  egress: { names: ['ipaddr.js'], owners: ['^workers/gateway/egress'] },
  yaml: { names: ['yaml'], owners: ['^workers/parse-yaml\\.ts$'] },
  kubernetes: { names: ['@kubernetes'], owners: ['^sandbox/kubernetes[^/]*(?:/|\\.ts$)'] },
  agents: { names: ['deepagents', 'langchain', '@langchain'], owners: ['^workers/agent/'] },
  hono: { names: ['hono', '@hono'], owners: [HTTP_DOOR, SANDBOX_DOOR, '^(?:app|sandbox)/main\\.ts$'] },
  models: { names: ['openai', '@anthropic-ai', 'ollama'], owners: ['^app/llm/'] },
  policy: { names: ['@open-policy-agent'], owners: ['^app/policy/'] },
  artifacts: { names: ['@aws-sdk', '@smithy'], owners: ['^app/artifacts/'] },
  identity: { names: ['openid-client', 'jose'], owners: ['^app/identity/'] },
  mail: { names: ['nodemailer'], owners: ['^app/notices/'] },
  telemetry: { names: ['pino', 'prom-client', '@opentelemetry', '@sentry'], owners: ['^app/telemetry/'] },
};
const CLAIMED = [...ZOD, ...packages(Object.values(SDKS).flatMap((sdk) => sdk.names))];

const sdks = [
  ...Object.entries(SDKS).map(([id, sdk]) =>
    only(`sdk-${id}`, sdk.owners, packages(sdk.names), 'One ring owns this SDK.'),
  ),
  ban(
    'packages-are-claimed',
    { path: SOURCE, pathNot: '^dashboard/' },
    { path: INSTALLED, pathNot: CLAIMED },
    'A new package needs a row above.',
  ),
];

const anywhere = [
  ban('no-cycles', {}, { circular: true }, 'Types count as well.'),
  ban('no-test-in-source', { path: SOURCE }, { path: TESTS }, 'Source ships without its tests.'),
  ban('no-junk-drawer', { pathNot: INSTALLED }, { path: JUNK, pathNot: INSTALLED }, 'Name a file after what it does.'),
  ban('no-undeclared', {}, { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] }, 'package.json must name it.'),
  ban('no-unresolvable', {}, { couldNotResolve: true }, 'It is not there.'),
  ban(
    'not-to-dev-dep',
    { path: SOURCE, pathNot: BUILDS },
    { dependencyTypes: ['npm-dev'] },
    'It is not installed in production.',
  ),
];

export default {
  forbidden: [...core, ...rings, ...processes, ...sdks, ...anywhere],
  options: {
    doNotFollow: { path: ['node_modules', '^prisma/generated/', '^dashboard/src/generated/'] },
    exclude: { path: ['^test/fixtures/', '^dashboard/dist/'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'require', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
