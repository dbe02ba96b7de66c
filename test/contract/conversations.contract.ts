import { conversationBeginContract } from './conversation-begin.contract.ts';
import { conversationCommitContract } from './conversation-commit.contract.ts';
import { conversationDecisionsContract } from './conversation-decisions.contract.ts';
import { conversationFindingContract } from './conversation-finding.contract.ts';
import { conversationProposedContract } from './conversation-proposed.contract.ts';
import { conversationLineContract } from './conversation-line.contract.ts';
import { conversationTakenBackContract } from './conversation-taken-back.contract.ts';
import { conversationUnderWayContract } from './conversation-under-way.contract.ts';
import { conversationWordsContract } from './conversation-words.contract.ts';
import type { StoreSubjects } from './store-subject.ts';

/** What every store promises about requests as conversations (`app/core/ports/conversations.ts`), subject by subject. */
export function conversationsContract(subjectOf: StoreSubjects): void {
  conversationWordsContract(subjectOf);
  conversationTakenBackContract(subjectOf);
  conversationBeginContract(subjectOf);
  conversationDecisionsContract(subjectOf);
  conversationFindingContract(subjectOf);
  conversationProposedContract(subjectOf);
  conversationCommitContract(subjectOf);
  conversationLineContract(subjectOf);
  conversationUnderWayContract(subjectOf);
}
