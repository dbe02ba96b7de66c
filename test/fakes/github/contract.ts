import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { mendDescription } from './errata.ts';
import { at, describeOperation, type Node, type Operation } from './operation.ts';
import { createSchemaCompiler, isFields } from './schema-compiler.ts';

const ANNOUNCED_ACTIONS = ['opened', 'closed', 'reopened', 'edited', 'created', 'synchronize'];
const DOCUMENT = '@octokit/openapi/generated/api.github.com.json';

/**
 * GitHub's published OpenAPI description, from the package `@octokit/openapi`. Nothing is compiled until asked for.
 * A contract knows nothing of any one stand-in, so several may share it.
 */
export interface Contract {
  /** The operation at a path template such as `/repos/{owner}/{repo}`. Throws when GitHub has none. */
  operation(method: string, template: string): Operation;
  /** GitHub's id of the operation behind a concrete path; undefined when GitHub has none. */
  operationIdAt(method: string, path: string): string | undefined;
  /** Compiles the schemas of a webhook event's known actions now. */
  prepareWebhook(event: string): void;
  /** Judges a webhook payload; undefined when GitHub describes no such event and action. */
  checkWebhook(event: string, payload: Readonly<Record<string, unknown>>): string[] | undefined;
}

/** Loads the description from node_modules: 13 MB, about 0.1 s. */
export async function loadContract(): Promise<Contract> {
  const file = createRequire(import.meta.url).resolve(DOCUMENT);
  const document: unknown = JSON.parse(await readFile(file, 'utf8'));
  mendDescription(document);
  const schemas = at(document, 'components', 'schemas');
  const compiler = createSchemaCompiler(schemas);
  const operations = new Map<string, Operation>();
  return {
    operation(method, template) {
      const key = `${method} ${template}`;
      const known = operations.get(key);
      if (known) return known;
      const node = at(document, 'paths', template, method.toLowerCase());
      if (typeof node['operationId'] !== 'string') throw new Error(`GitHub has no ${key}`);
      const made = describeOperation(node, { compiler, resolve: (one) => resolveReference(document, one) });
      operations.set(key, made);
      return made;
    },
    operationIdAt: (method, path) => findOperationId(at(document, 'paths'), method.toLowerCase(), path),
    prepareWebhook(event) {
      const prefix = `webhook-${event.replaceAll('_', '-')}`;
      const actions = ['', ...ANNOUNCED_ACTIONS.map((action) => `-${action}`)];
      for (const action of actions) if (isFields(schemas[prefix + action])) compiler.compileComponent(prefix + action);
    },
    checkWebhook(event, payload) {
      const action = typeof payload['action'] === 'string' ? `-${payload['action']}` : '';
      const name = `webhook-${event}${action}`.replaceAll('_', '-');
      return isFields(schemas[name]) ? compiler.compileComponent(name)(payload) : undefined;
    },
  };
}

function resolveReference(document: unknown, node: unknown): Node {
  const reference = isFields(node) ? node['$ref'] : undefined;
  if (typeof reference === 'string') return at(document, ...reference.slice('#/'.length).split('/'));
  return isFields(node) ? node : {};
}

function findOperationId(paths: Node, method: string, path: string): string | undefined {
  for (const [template, node] of Object.entries(paths)) {
    const id = at(node, method)['operationId'];
    const pattern = new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    if (typeof id === 'string' && pattern.test(path)) return id;
  }
  return undefined;
}
