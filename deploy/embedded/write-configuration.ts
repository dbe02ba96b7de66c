import { mkdir, writeFile } from 'node:fs/promises';
import { configurationTable, envExample } from './configuration-files.ts';

const ROOT = new URL('../../', import.meta.url);

await mkdir(new URL('docs/', ROOT), { recursive: true });
await writeFile(new URL('docs/configuration.md', ROOT), configurationTable());
await writeFile(new URL('.env.example', ROOT), envExample());
process.stdout.write('Written: docs/configuration.md, .env.example\n');
