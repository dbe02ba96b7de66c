#!/usr/bin/env node
// This file and check-tools.mjs keep to the syntax of Node 12, so that an old Node gets to hear what is wrong with it.
import { missingTools } from './check-tools.mjs';

const USAGE = `Usage: node deploy/local/prepare.mjs [--help]

Makes this checkout ready to run: checks Node and git, installs the npm packages when they are not the ones
package-lock.json asks for, generates the database client when prisma/schema.prisma has changed, and builds the
dashboard when its sources or the API's have. Needs no argument and no database; does nothing when everything is in
place. npm run demo, npm start and npm test call it.
`;

main(process.argv.slice(2)).catch((error) => refuse(error.message));

async function main(args) {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(USAGE);
    return;
  }
  if (args.length > 0) throw new Error(`prepare takes no argument but --help, not: ${args.join(' ')}`);
  const missing = missingTools();
  if (missing.length > 0) throw new Error(missing.join('\n'));
  const { setUp } = await import('./set-up.mjs');
  await setUp();
}

function refuse(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
