import { mkdir, writeFile } from 'node:fs/promises';
import { configurationSchema } from './configuration-schema.ts';

const ROOT = new URL('../../', import.meta.url);

await mkdir(new URL('docs/', ROOT), { recursive: true });
await writeFile(new URL('docs/astraforge.schema.json', ROOT), configurationSchema());
process.stdout.write('Written: docs/astraforge.schema.json\n');
