import type { TokenRecord } from './records.ts';
import type { World, WriteKind } from './world.ts';

/** A refusal inside of an answer: GraphQL has one status for all. Types as GitHub sends them. */
export class GraphqlRefusal extends Error {
  override readonly name = 'GraphqlRefusal';
  readonly type: 'NOT_FOUND' | 'FORBIDDEN';

  constructor(type: GraphqlRefusal['type'], message: string) {
    super(message);
    this.type = type;
  }
}

/** One document that we send, word for word but for white space, and what GitHub answers to it. */
export interface GraphqlOperation {
  readonly document: string;
  readonly wrote?: WriteKind;
  answer(world: World, token: TokenRecord, variables: unknown): Promise<{ data: unknown; id?: string | number }>;
}
