import { isFields, type Check, type SchemaCompiler } from './schema-compiler.ts';

const JSON_TYPE = 'application/json';

/** A JSON object of the OpenAPI document. */
export type Node = Readonly<Record<string, unknown>>;

/** A request as the contract sees it; `body` is undefined when none was sent. */
export interface ContractRequest {
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** One operation of GitHub's API, able to judge requests and answers. Empty lists mean "as described". */
export interface Operation {
  /** GitHub's `operationId`, for example `issues/create-comment`. */
  readonly id: string;
  /** Stricter than GitHub in one thing: unknown query parameters and top-level body properties are errors. */
  checkRequest(request: ContractRequest): string[];
  /** Failures of a status that GitHub does not describe for the operation must have the shape of its basic error. */
  checkResponse(status: number, body: unknown): string[];
  /** Compiles all of its schemas now. */
  prepare(): void;
}

/** What describing an operation takes from the document. */
export interface OperationParts {
  readonly compiler: SchemaCompiler;
  /** Follows a `$ref` to its object. */
  readonly resolve: (node: unknown) => Node;
}

/** Reads one operation object of the document; compiles each of its schemas at first use. */
export function describeOperation(node: Node, { compiler, resolve }: OperationParts): Operation {
  const parameters = Array.isArray(node['parameters']) ? node['parameters'].map(resolve) : [];
  const parameterChecks = parameters.map((one) => ({ one, check: once(() => parameterCheck(one, compiler)) }));
  const known = new Set(parameters.filter((one) => one['in'] === 'query').map((one) => one['name']));
  const body = resolve(node['requestBody']);
  const bodySchema = at(body, 'content', JSON_TYPE)['schema'];
  const bodyCheck = once(() => compiler.compile(bodySchema));
  const responses = new Map<number, { schema: unknown; check: () => Check }>();
  for (const [status, response] of Object.entries(at(node, 'responses'))) {
    const schema = at(resolve(response), 'content', JSON_TYPE)['schema'];
    responses.set(Number(status), { schema, check: once(() => compiler.compile(schema)) });
  }
  return {
    id: String(node['operationId']),
    checkRequest: (request) => [
      ...parameterChecks.flatMap(({ one, check }) => checkParameter(request, one, check)),
      ...[...request.query.keys()].filter((name) => !known.has(name)).map((name) => `query ${name} is not described`),
      ...checkBody(request.body, { required: body['required'] === true, schema: bodySchema }, bodyCheck),
    ],
    prepare: () => {
      for (const { check } of parameterChecks) check();
      if (bodySchema !== undefined) bodyCheck();
      for (const { schema, check } of responses.values()) if (schema !== undefined) check();
    },
    checkResponse: (status, value) => {
      const response = responses.get(status);
      if (!response)
        return status < 400 ? [`status ${status} is not described`] : compiler.compileComponent('basic-error')(value);
      if (response.schema === undefined) return value === undefined ? [] : ['a body where GitHub sends none'];
      return response.check()(value);
    },
  };
}

// Ajv can only turn text into numbers for what hangs on an object.
function parameterCheck(parameter: Node, compiler: SchemaCompiler): Check {
  const name = String(parameter['name']);
  const check = compiler.compileParameter({ type: 'object', properties: { [name]: parameter['schema'] } });
  return (value) => check({ [name]: value });
}

function checkParameter(request: ContractRequest, parameter: Node, check: () => Check): string[] {
  const name = String(parameter['name']);
  const value = parameter['in'] === 'path' ? request.path[name] : request.query.get(name);
  if (value !== null && value !== undefined) return check()(value);
  return parameter['required'] === true ? [`parameter ${name} is missing`] : [];
}

function checkBody(value: unknown, rule: { required: boolean; schema: unknown }, check: () => Check): string[] {
  if (rule.schema === undefined) return value === undefined ? [] : ['a body where GitHub takes none'];
  if (value === undefined) return rule.required ? ['the body is missing'] : [];
  const properties = isFields(rule.schema) ? rule.schema['properties'] : undefined;
  const names = isFields(properties) && isFields(value) ? Object.keys(value) : [];
  const unknown = names.filter((name) => !isFields(properties) || !(name in properties));
  return [...check()(value), ...unknown.map((name) => `body property ${name} is not described`)];
}

/** The object at a path of keys; an empty one when there is none. */
export function at(node: unknown, ...keys: string[]): Node {
  let current: unknown = node;
  for (const key of keys) current = isFields(current) ? current[key] : undefined;
  return isFields(current) ? current : {};
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
