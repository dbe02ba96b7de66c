import { z } from 'zod';
import { REPOSITORY_CONFIG_PATHS, RepositoryConfig } from '../../app/core/contracts/repository-config.ts';

const PLACES = Object.values(REPOSITORY_CONFIG_PATHS).join(' or ');

/**
 * The text of `docs/astraforge.schema.json`: what people may write into a repository's configuration, as JSON Schema
 * (draft 7, which editors know best).
 */
export function configurationSchema(): string {
  const schema = z.toJSONSchema(RepositoryConfig, { target: 'draft-7', io: 'input' });
  const about = {
    title: 'AstraForge in a repository',
    description: `${PLACES} on the default branch. Made by npm run docs:schema.`,
  };
  return `${JSON.stringify({ $schema: schema.$schema, ...about, ...schema }, null, 2)}\n`;
}
