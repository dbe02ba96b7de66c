import { z } from 'zod';
import { App, Base, Workers } from '../../app/config.ts';
import { ConnectorDoor } from '../../app/config-connectors.ts';
import { SignIn } from '../../app/config-sign-in.ts';
import { ErrorReporting } from '../../app/config-telemetry.ts';
import { meaningOf, shownDefault } from '../../app/config-variables.ts';
import type { Provider } from '#core/domain/host/repo.ts';
import { addressVariables, doorVariables } from '../../app/plugins.ts';
import { GitServerVariables } from '../../app/vcs/git/variables.ts';
import { GitHubVariables } from '../../app/vcs/github/wire/variables.ts';
import { GitLabDoorVariables, GitLabTokenVariables } from '../../app/vcs/gitlab/wire/variables.ts';
import { SandboxClientOptions, SandboxOptions } from '../../sandbox/limits.ts';
import { workersVariables } from '../../workers/compose-variables.ts';
import { GatewayVariables } from '../../workers/gateway-main.ts';
import { EgressOptions, GatewayClientOptions, GatewayServiceOptions } from '../../workers/gateway/gateway-options.ts';
import { ModelBudgetOptions, ModelServerOptions } from '../../workers/gateway/model/model-options.ts';
import { SetUpOptions } from './set-up-variables.ts';

/** Who reads a variable: one of the processes, `npm start` alone, or the compose file alone. */
export type Reader = 'app' | 'workers' | 'sandbox' | 'gateway' | 'start' | 'compose';

/** One variable as documented. */
export interface ConfiguredVariable {
  readonly name: string;
  /** What it is for, in a sentence without its full stop. */
  readonly meaning: string;
  /** Words it can have, when it is a choice. */
  readonly choices: readonly string[];
  /** What counts when it is unset; undefined when then nothing does, or a thing that the meaning names. */
  readonly fallback: string | undefined;
  readonly readers: readonly Reader[];
  /** The readers that refuse to start without it when nothing else is set. */
  readonly requiredBy: readonly Reader[];
  /** The Git host that needs it once it is configured; of several hosts at least one must be. */
  readonly requiredWith: Provider | undefined;
}

/** Variables under one heading. */
export interface VariableGroup {
  readonly title: string;
  readonly variables: readonly ConfiguredVariable[];
}

/** Variables that only `deploy/compose.yml` reads. */
const Compose = z.object({
  POSTGRES_PASSWORD: z.string().describe('Password the two processes and Postgres share: letters and digits only'),
  PUBLISH_ADDRESS: z
    .string()
    .default('127.0.0.1')
    .describe('Address of this machine on which PORT is open; `0.0.0.0` for all'),
  DOCKER_SOCKET: z.string().default('/var/run/docker.sock').describe('Socket of the container engine'),
});

/** The rooms may show no socket but the workers', so this process has to be told where those are. */
const SandboxProcess = SandboxOptions.extend({
  LOG_LEVEL: Base.shape.LOG_LEVEL,
  ...ErrorReporting.shape,
  SOCKET_DIRECTORY: z.string().describe(Workers.shape.SOCKET_DIRECTORY.description ?? ''),
});

const READERS: Readonly<Record<Reader, z.ZodObject>> = {
  app: App.extend({ ...addressVariables.shape, ...doorVariables({}).shape }),
  workers: workersVariables({}).extend(SandboxClientOptions.shape),
  sandbox: SandboxProcess,
  gateway: GatewayVariables,
  start: SetUpOptions,
  compose: Compose.extend({ PORT: App.shape.PORT }),
};

const READER_IDS = ['app', 'workers', 'sandbox', 'gateway', 'start', 'compose'] as const satisfies readonly Reader[];

const Choice = z.object({ enum: z.array(z.string()).default([]) });

const GROUPS: readonly (readonly [string, z.ZodObject, Provider?])[] = [
  ['GitHub App', GitHubVariables, 'github'],
  ['GitLab', GitLabTokenVariables.extend(GitLabDoorVariables.shape), 'gitlab'],
  ['Plain Git servers', GitServerVariables, 'git'],
  ['npm start', SetUpOptions],
  ['Web door', App],
  ['Signing in', SignIn],
  ['Jira, Microsoft Teams and e-mail', ConnectorDoor],
  ['Agent and runs', Workers],
  ['Model', ModelServerOptions.extend(ModelBudgetOptions.shape)],
  ['Workspaces', SandboxOptions],
  ['Egress', EgressOptions],
  ['Gateway as a service', GatewayClientOptions.extend(GatewayServiceOptions.shape)],
  ['Address, data, queue and logs', Base],
  ['Docker Compose', Compose],
];

/** Parts of other groups' schemas that are groups of their own. */
const APART: readonly z.ZodObject[] = [Base, SignIn, ConnectorDoor];

/** Every variable that any process reads, each once, from the schemas by which they are read. */
export function configuredVariables(): VariableGroup[] {
  return GROUPS.map(([title, schema, host]) => ({
    title,
    variables: Object.keys(schema.shape)
      .filter((name) => !APART.some((other) => schema !== other && name in other.shape))
      .map((name) => ({
        ...describe(name, schemaOf(name, schema)),
        requiredWith: needed(schemaOf(name, schema)) ? host : undefined,
      })),
  }));
}

function needed(schema: z.ZodType): boolean {
  return !schema.safeParse(undefined).success;
}

function describe(name: string, schema: z.ZodType): Omit<ConfiguredVariable, 'requiredWith'> {
  const readers = READER_IDS.filter((reader) => name in READERS[reader].shape);
  const fallback = shownDefault(schema);
  return {
    name,
    meaning: meaningOf(schema),
    choices: Choice.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })).enum,
    fallback: fallback === '' ? undefined : fallback,
    readers,
    requiredBy: readers.filter((reader) => needed(schemaOf(name, READERS[reader]))),
  };
}

function schemaOf(name: string, { shape }: z.ZodObject): z.ZodType {
  const schema: unknown = shape[name];
  if (!(schema instanceof z.ZodType)) throw new TypeError(`${name} is not in this schema`);
  return schema;
}
