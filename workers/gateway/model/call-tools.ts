import { isObject, shownName, type JsonObject } from './json-object.ts';
import { schemaFault } from './schema-references.ts';

/**
 * Tools whose calls come back to the client, who carries them out or not, with their fields. Everything else is done by the
 * provider, with its network: web and file search, remote MCP, code interpreter, computer use, image generation,
 * programmatic calling. Source: OpenAI API reference, Responses, `tools` (August 2026).
 */
const TOOLS: ReadonlyMap<string, readonly string[]> = new Map([
  ['function', ['type', 'name', 'description', 'parameters', 'strict', 'output_schema', 'defer_loading']],
  ['custom', ['type', 'name', 'description', 'format', 'defer_loading']],
  ['local_shell', ['type']],
  ['apply_patch', ['type']],
  ['shell', ['type', 'environment']],
  ['tool_search', ['type', 'description', 'execution', 'parameters']],
  ['namespace', ['type', 'name', 'description', 'tools']],
]);
/** What a namespace may hold; source as above. */
const NAMESPACE_TOOLS: ReadonlySet<unknown> = new Set(['function', 'custom']);
const CHOICES: ReadonlySet<string> = new Set(['auto', 'none', 'required']);
const CHOSEN_TOOLS: ReadonlySet<unknown> = new Set(['function', 'custom', 'local_shell', 'apply_patch', 'shell']);

/** What is wrong with a list of tools, in words; undefined when all of them are the client's. An absent list is fine. */
export function toolsFault(tools: unknown): string | undefined {
  if (tools === undefined || tools === null) return undefined;
  if (!Array.isArray(tools)) return 'tools that are no list';
  return firstFault(tools, toolFault);
}

/** The first fault that `faultOf` finds in a list. */
export function firstFault(
  list: readonly unknown[],
  faultOf: (one: unknown) => string | undefined,
): string | undefined {
  for (const one of list) {
    const fault = faultOf(one);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** What is wrong with `tool_choice`; undefined when it chooses among the client's tools. */
export function toolChoiceFault(choice: unknown): string | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (typeof choice === 'string') return CHOICES.has(choice) ? undefined : `choice of tool ${shownName(choice)}`;
  if (isObject(choice) && choice['type'] === 'allowed_tools') {
    return strangeKey(choice, ['type', 'mode', 'tools']) === undefined && Array.isArray(choice['tools'])
      ? firstFault(choice['tools'], chosenFault)
      : 'a malformed choice of tools';
  }
  return chosenFault(choice);
}

function toolFault(tool: unknown): string | undefined {
  if (!isObject(tool)) return 'a tool that is no object';
  const type = tool['type'];
  const fields = typeof type === 'string' ? TOOLS.get(type) : undefined;
  if (fields === undefined) return `tool ${shownName(type)}`;
  const strange = strangeKey(tool, fields);
  if (strange !== undefined) return `tool ${shownName(type)} with ${shownName(strange)}`;
  if (type === 'shell' && !isLocal(tool['environment'])) return 'a shell that is not local';
  if (type === 'tool_search' && tool['execution'] !== 'client') return 'tool search by the provider';
  if (type === 'namespace') return namespaceFault(tool['tools']);
  const schema = schemaFault([tool['parameters'], tool['output_schema']]);
  return schema && `tool ${shownName(type)} with ${schema}`;
}

function namespaceFault(tools: unknown): string | undefined {
  if (!Array.isArray(tools)) return 'a namespace without tools';
  return firstFault(tools, (tool) =>
    isObject(tool) && !NAMESPACE_TOOLS.has(tool['type'])
      ? `tool ${shownName(tool['type'])} in a namespace`
      : toolFault(tool),
  );
}

function chosenFault(choice: unknown): string | undefined {
  if (!isObject(choice)) return 'a malformed choice of tools';
  const fine = CHOSEN_TOOLS.has(choice['type']) && strangeKey(choice, ['type', 'name']) === undefined;
  return fine ? undefined : `choice of tool ${shownName(choice['type'])}`;
}

/** A shell in a container of the provider has a network; left out, the provider decides where it is. */
export function isLocal(environment: unknown): boolean {
  return isObject(environment) && environment['type'] === 'local' && strangeKey(environment, ['type']) === undefined;
}

function strangeKey(object: JsonObject, known: readonly string[]): string | undefined {
  return Object.keys(object).find((key) => !known.includes(key));
}
