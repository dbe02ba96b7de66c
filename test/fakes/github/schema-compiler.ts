import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

const COMPONENT_PREFIX = '#/components/schemas/';
const ERRORS_MAX = 8;

/** A check of one value; an empty list means the value conforms. */
export type Check = (value: unknown) => string[];

/** Turns OpenAPI 3.0 schemas into checks, compiling components once and only when something refers to them. */
export interface SchemaCompiler {
  /** For JSON bodies: types are exact. */
  compile(schema: unknown): Check;
  /** A component by name, compiled once. */
  compileComponent(name: string): Check;
  /** For path and query parameters: text is first read as the type the schema wants. */
  compileParameter(schema: unknown): Check;
}

type Fields = Readonly<Record<string, unknown>>;

/** Narrows a JSON value to an object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Creates a compiler over the `components.schemas` of one OpenAPI document. */
export function createSchemaCompiler(components: Fields): SchemaCompiler {
  const exact = createAjv(false);
  const coercing = createAjv(true);
  const added = new Set<string>();
  const addComponent = (name: string): void => {
    if (added.has(name)) return;
    added.add(name);
    const schema = toJsonSchema(components[name], addComponent);
    exact.addSchema(schema, componentId(name));
    coercing.addSchema(schema, componentId(name));
  };
  const compileWith = (ajv: Ajv, schema: unknown): Check => asCheck(ajv.compile(toJsonSchema(schema, addComponent)));
  return {
    compile: (schema) => compileWith(exact, schema),
    compileComponent: (name) => {
      addComponent(name);
      const validate = exact.getSchema(componentId(name));
      if (!validate) throw new Error(`the description has no component ${name}`);
      return asCheck(validate);
    },
    compileParameter: (schema) => compileWith(coercing, schema),
  };
}

function createAjv(coerceTypes: boolean): Ajv {
  // Most schemas are used a few times only, so compiling fast matters more than checking fast.
  const quick = { inlineRefs: false, validateSchema: false, code: { optimize: false } };
  const ajv = new Ajv({ ...quick, strict: false, logger: false, allErrors: true, coerceTypes });
  formats.default(ajv);
  ajv.addFormat('repo.nwo', /^[\w.-]+\/[\w.-]+$/);
  ajv.addFormat('timestamp', true);
  return ajv;
}

function asCheck(validate: ValidateFunction): Check {
  return (value) => {
    if (validate(value)) return [];
    const errors = (validate.errors ?? []).map((one) => `${one.instancePath || '/'} ${one.message ?? one.keyword}`);
    return [...new Set(errors)].slice(0, ERRORS_MAX);
  };
}

function componentId(name: string): string {
  return `/component/${name}`;
}

/**
 * OpenAPI 3.0 differs from JSON Schema in `nullable`, which may also stand beside `allOf` or an `enum` without null.
 * `properties` and `enum` hold names and values, not schemas, so they are not walked as such.
 */
function toJsonSchema(node: unknown, addComponent: (name: string) => void): Fields {
  if (!isFields(node)) return {};
  const reference = node['$ref'];
  if (typeof reference === 'string' && reference.startsWith(COMPONENT_PREFIX)) {
    const name = reference.slice(COMPONENT_PREFIX.length);
    addComponent(name);
    return { $ref: componentId(name) };
  }
  const schema: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'nullable' || key === 'discriminator' || key === 'example' || key === 'default') continue;
    schema[key] = convertKeyword(key, value, addComponent);
  }
  return node['nullable'] === true ? { anyOf: [{ type: 'null' }, schema] } : schema;
}

function convertKeyword(key: string, value: unknown, addComponent: (name: string) => void): unknown {
  if (key === 'properties' && isFields(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, toJsonSchema(one, addComponent)]));
  }
  if ((key === 'allOf' || key === 'anyOf' || key === 'oneOf') && Array.isArray(value)) {
    return value.map((one) => toJsonSchema(one, addComponent));
  }
  const holdsSchema = key === 'items' || key === 'not' || key === 'additionalProperties';
  return holdsSchema && isFields(value) ? toJsonSchema(value, addComponent) : value;
}
