import { describe, inject, test } from 'vitest';
import type { ServiceName } from './missing-services.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Why a suite was left out; the run names both at its end. */
    leftOut?: string;
  }
}

/**
 * A suite that needs parts of the machine. Where one is missing, the suite is left out and named with the reason at the end
 * of the run; where `ASTRAFORGE_REQUIRE` demands the missing one, the suite fails instead.
 */
export function describeWith(services: readonly ServiceName[], title: string, body: () => void): void {
  const missing = inject('missingServices');
  const absent = services.filter((service) => missing[service] !== undefined);
  const reason = absent.map((service) => missing[service]).join('; ');
  if (absent.length === 0) describe(title, body);
  else if (absent.some((service) => inject('requiredServices').includes(service)))
    describe(title, () => refuse(reason));
  else describe.skip(title, { meta: { leftOut: reason } }, body);
}

function refuse(reason: string): void {
  test('has what it needs', () => {
    throw new Error(`required, but ${reason}`);
  });
}
