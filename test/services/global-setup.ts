import type { TestProject } from 'vitest/node';
import { missingServices, parseRequired, type MissingServices, type ServiceName } from './missing-services.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly missingServices: MissingServices;
    readonly requiredServices: readonly ServiceName[];
  }
}

/** Looks at the machine once for all test files. `ASTRAFORGE_REQUIRE` lists the services whose absence is a failure. */
export async function setup(project: TestProject): Promise<void> {
  project.provide('requiredServices', parseRequired(process.env['ASTRAFORGE_REQUIRE'] ?? ''));
  project.provide('missingServices', await missingServices());
}
