import * as client from '@kubernetes/client-node';
import { z } from 'zod';

/** Fields of a type of the API by their names on the wire, as the client library describes them. */
const Fields = z.array(z.object({ baseName: z.string(), type: z.string() }));

/**
 * Paths of fields that the API has no name for, as a server with `fieldValidation=Strict` would complain about; the schema
 * alone lets them pass. `type` is a type of the client library, such as `V1Pod`.
 */
export function unknownFields(value: unknown, type: string, path = ''): string[] {
  const element = /^Array<(.+)>$/.exec(type)?.[1];
  if (element !== undefined) {
    const items = Array.isArray(value) ? value : [];
    return items.flatMap((item, index) => unknownFields(item, element, `${path}[${index}]`));
  }
  const fields = fieldsOf(type);
  if (fields === undefined || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const known = fields.find(({ baseName }) => baseName === key);
    return known === undefined ? [`${path}.${key}`] : unknownFields(inner, known.type, `${path}.${key}`);
  });
}

/** Undefined for what is no type of its own: texts, numbers, maps. */
function fieldsOf(type: string): z.infer<typeof Fields> | undefined {
  const described: unknown = Object.getOwnPropertyDescriptor(client, type)?.value;
  if (typeof described !== 'function' || !('attributeTypeMap' in described)) return undefined;
  return Fields.parse(described.attributeTypeMap);
}
