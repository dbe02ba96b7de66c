import { AppError } from '#core/domain/errors.ts';

const PARTIAL = /^\{\{>([a-z-]+)\}\}\n/gm;
const SECTION = /^\{\{#([a-z]+)\}\}\n([\s\S]*?)^\{\{\/\1\}\}\n/gm;
const PLACEHOLDER = /\{\{([a-z]+)\}\}/g;

/**
 * A template with the others it names by `{{>name}}` put in, each of which may name more.
 * @throws AppError `internal` when it names one that is not there.
 */
export function withPartials(template: string, templates: ReadonlyMap<string, string>): string {
  return template.replaceAll(PARTIAL, (_whole, name: string) => withPartials(valueOf(templates, name), templates));
}

/**
 * Fills a template: `{{name}}` with its value, and what stands between the lines `{{#name}}` and `{{/name}}` only when that
 * value is not empty. Values are put in as they are and never looked into, so they can name nothing themselves.
 * @throws AppError `internal` when it names a value that is not there.
 */
export function fillTemplate(template: string, values: ReadonlyMap<string, string>): string {
  return withSections(template, values).replaceAll(PLACEHOLDER, (_whole, name: string) => valueOf(values, name));
}

function withSections(template: string, values: ReadonlyMap<string, string>): string {
  return template.replaceAll(SECTION, (_whole, name: string, inside: string) =>
    valueOf(values, name) === '' ? '' : withSections(inside, values),
  );
}

function valueOf(values: ReadonlyMap<string, string>, name: string): string {
  const value = values.get(name);
  if (value === undefined) throw new AppError('internal', `The prompt template names something unknown: ${name}`);
  return value;
}
