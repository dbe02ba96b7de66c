import type { Attachments } from '#core/ports/access/attachments.ts';
import { viaPrisma, type Database } from '../database/database.ts';

/** Attachments on a database. */
export function openAttachments({ prisma }: Database): Attachments {
  return {
    async keep({ id: subjectId, tenantId }, attachments) {
      if (attachments.length === 0) return;
      const data = attachments.map(({ name, contentType, bytes }, index) => ({
        subjectId,
        tenantId,
        position: index + 1,
        name,
        contentType,
        bytes: Buffer.from(bytes),
      }));
      await viaPrisma('Keeping attachments', () => prisma.attachment.createMany({ data, skipDuplicates: true }));
    },
    async of(subjectId) {
      const found = await viaPrisma('Reading attachments', () =>
        prisma.attachment.findMany({ where: { subjectId }, orderBy: { position: 'asc' } }),
      );
      return found.map(({ name, contentType, bytes }) => ({ name, contentType, bytes }));
    },
  };
}
