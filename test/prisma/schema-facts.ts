import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** Reads rows; what a catalog query needs. */
export type ReadRows = (text: string) => Promise<readonly { fact: string }[]>;

const SCHEMA = path.join(import.meta.dirname, '../../prisma/schema.prisma');

/** Postgres types by Prisma type and native attribute, as `format_type` spells them. */
const TYPES: Readonly<Record<string, string>> = {
  String: 'text',
  'String Uuid': 'uuid',
  Int: 'integer',
  BigInt: 'bigint',
  Float: 'double precision',
  Boolean: 'boolean',
  Json: 'jsonb',
  Bytes: 'bytea',
  'DateTime Timestamptz(3)': 'timestamp(3) with time zone',
};

interface Model {
  readonly name: string;
  readonly table: string;
  readonly lines: readonly string[];
}

function modelsOf(schema: string): Model[] {
  return [...schema.matchAll(/^model (\w+) \{\n([\s\S]*?)\n\}/gm)].map(([, name = '', body = '']) => {
    const lines = body.split('\n').map((line) => line.trim());
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1] ?? name;
    return { name, table, lines: lines.filter((line) => line !== '' && !line.startsWith('//')) };
  });
}

function columnName(model: Model, field: string): string {
  const line = model.lines.find((candidate) => candidate.startsWith(`${field} `)) ?? '';
  return /@map\("(\w+)"\)/.exec(line)?.[1] ?? field;
}

function columns(model: Model, list: string): string {
  const fields = list.split(',').map((field) => field.trim());
  return `(${fields.map((field) => columnName(model, field)).join(', ')})`;
}

function defaultOf(line: string): string {
  const value = /@default\((.*?)\)(?= |$)/.exec(line)?.[1];
  if (value === undefined) return '';
  if (value === 'autoincrement()') return ' default sequence';
  return ` default ${/^dbgenerated\("(.*)"\)$/.exec(value)?.[1] ?? value.replaceAll('"', "'")}`;
}

function fieldFacts(model: Model, line: string, models: readonly Model[]): string[] {
  const [, field = '', type = '', mark = ''] = /^(\w+)\s+(\w+)(\?|\[\])?/.exec(line) ?? [];
  const target = models.find(({ name }) => name === type);
  if (target !== undefined) {
    const relation = /fields: \[(.*?)\], references: \[(.*?)\]/.exec(line);
    if (relation === null) return [];
    const [, own = '', theirs = ''] = relation;
    return [`foreign key ${model.table} ${columns(model, own)} to ${target.table} ${columns(target, theirs)}`];
  }
  const native = /@db\.(\S+)/.exec(line)?.[1];
  const base = TYPES[native === undefined ? type : `${type} ${native}`] ?? `unknown ${type}`;
  const sqlType = mark === '[]' ? `${base}[]` : base;
  const column = columnName(model, field);
  const facts = [`column ${model.table}.${column} ${sqlType}${mark === '?' ? '' : ' not null'}${defaultOf(line)}`];
  if (/ @id\b/.test(line)) facts.push(`primary key ${model.table} (${column})`);
  if (/ @unique\b/.test(line)) facts.push(`unique ${model.table} (${column})`);
  return facts;
}

const BLOCKS = { id: 'primary key', unique: 'unique', index: 'index' } as const;

/** What schema.prisma says about the tables, one sentence each, sorted. */
export async function schemaFacts(): Promise<string[]> {
  const models = modelsOf(await readFile(SCHEMA, 'utf8'));
  const facts = models.flatMap((model) =>
    model.lines.flatMap((line) => {
      const block = /^@@(id|unique|index)\(\[(.*?)\]\)/.exec(line);
      if (block !== null) {
        const [, kind, list = ''] = block;
        const word = kind === 'id' || kind === 'unique' || kind === 'index' ? BLOCKS[kind] : '';
        return [`${word} ${model.table} ${columns(model, list)}`];
      }
      return line.startsWith('@@') ? [] : fieldFacts(model, line, models);
    }),
  );
  return facts.toSorted();
}

const OURS = `c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> '_prisma_migrations'`;

/** Partial indexes and those on expressions are left out: Prisma has no word for them, so they are in the migration alone. */
const CATALOG = [
  `select 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
     || case when a.attnotnull then ' not null' else '' end
     || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as fact
   from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum where ${OURS}`,
  `select case when i.indisprimary then 'primary key ' when i.indisunique then 'unique ' else 'index ' end || c.relname || ' ('
     || (select string_agg(a.attname, ', ' order by k.place) from unnest(i.indkey) with ordinality as k(number, place)
         join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number) || ')' as fact
   from pg_class c join pg_index i on i.indrelid = c.oid and i.indpred is null and i.indexprs is null where ${OURS}`,
  `select 'foreign key ' || c.relname || ' ('
     || (select string_agg(a.attname, ', ') from pg_attribute a where a.attrelid = c.oid and a.attnum = any(f.conkey)) || ') to '
     || t.relname || ' ('
     || (select string_agg(a.attname, ', ') from pg_attribute a where a.attrelid = t.oid and a.attnum = any(f.confkey)) || ')' as fact
   from pg_class c join pg_constraint f on f.conrelid = c.oid and f.contype = 'f' join pg_class t on t.oid = f.confrelid
   where ${OURS}`,
];

/** What the database says about its own tables, in the same sentences. */
export async function databaseFacts(read: ReadRows): Promise<string[]> {
  const facts: string[] = [];
  for (const query of CATALOG) facts.push(...(await read(query)).map(({ fact }) => fact));
  return facts.map(normalised).toSorted();
}

function normalised(fact: string): string {
  return fact
    .replace('CURRENT_TIMESTAMP', 'now()')
    .replace(/ default nextval\(.*\)$/, ' default sequence')
    .replace(/::(?:text|jsonb)$/, '');
}
